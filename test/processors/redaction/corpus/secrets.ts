import { ALNUM, BASE64, BASE64URL, DIGITS, HEX, LOWER, type Random, UPPER } from './random.ts';

/**
 * Kinds of fake credentials, assembled at run time so that no scanner trips on this file: the
 * parts of a prefix are joined only when the tests run.
 */
type Maker = (r: Random) => string;

function format(prefix: readonly string[], alphabet: string, count: number, suffix = ''): Maker {
  return (r) => prefix.join('') + r.of(alphabet, count) + suffix;
}

const UPNUM = UPPER + DIGITS;
const LOWNUM = LOWER + DIGITS;

export const SECRETS: Readonly<Record<string, Maker>> = {
  'openai classic': (r) => `${'s'}k-${r.of(ALNUM, 20)}${'T3Blbk'}FJ${r.of(ALNUM, 20)}`,
  'openai project': format(['s', 'k-pr', 'oj-'], BASE64URL, 74),
  'openai service account': format(['s', 'k-svc', 'acct-'], BASE64URL, 60),
  'openai admin': format(['s', 'k-adm', 'in-'], BASE64URL, 60),
  anthropic: format(['s', 'k-a', 'nt-api03-'], BASE64URL, 93, 'AA'),
  'anthropic admin': format(['s', 'k-a', 'nt-admin01-'], BASE64URL, 93, 'AA'),
  openrouter: format(['s', 'k-or', '-v1-'], HEX, 64),
  deepseek: format(['s', 'k-'], HEX, 32),
  langfuse: (r) =>
    `${'s'}k-lf-${r.of(HEX, 8)}-${r.of(HEX, 4)}-${r.of(HEX, 4)}-${r.of(HEX, 4)}-${r.of(HEX, 12)}`,
  groq: format(['g', 'sk_'], ALNUM, 52),
  xai: format(['x', 'ai-'], ALNUM, 80),
  perplexity: format(['pp', 'lx-'], ALNUM, 48),
  replicate: format(['r', '8_'], ALNUM, 37),
  langsmith: (r) => `${'ls'}v2_pt_${r.of(HEX, 32)}_${r.of(HEX, 10)}`,
  pinecone: (r) => `${'pc'}sk_${r.of(ALNUM, 6)}_${r.of(ALNUM, 62)}`,
  nvidia: format(['nv', 'api-'], BASE64URL, 64),
  'hugging face': format(['h', 'f_'], ALNUM, 34),
  'aws access key': format(['AK', 'IA'], 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', 16),
  'aws temporary key': format(['AS', 'IA'], 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', 16),
  'aws session token': format(['IQoJ', 'b3JpZ2lu'], BASE64, 300),
  'google api key': format(['AI', 'za'], BASE64URL, 35),
  'google oauth secret': format(['GOC', 'SPX-'], BASE64URL, 28),
  'google access token': format(['ya', '29.a0'], BASE64URL, 120),
  'azure client secret': (r) => `${r.of(ALNUM, 3)}8${'Q'}~${r.of(ALNUM, 34)}`,
  digitalocean: format(['do', 'p_v1_'], HEX, 64),
  supabase: format(['sb', 'p_'], HEX, 40),
  planetscale: format(['pscale', '_tkn_'], BASE64URL, 43),
  databricks: format(['da', 'pi'], HEX, 32),
  vault: format(['hv', 's.'], BASE64URL, 90),
  doppler: format(['dp.', 'pt.'], ALNUM, 43),
  pulumi: format(['pu', 'l-'], HEX, 40),
  terraform: (r) => `${r.of(ALNUM, 14)}.${'atlas'}v1.${r.of(BASE64URL, 67)}`,
  tailscale: format(['ts', 'key-auth-'], ALNUM, 32),
  alibaba: format(['LT', 'AI'], ALNUM, 20),
  'github classic': format(['gh', 'p_'], ALNUM, 36),
  'github oauth': format(['gh', 'o_'], ALNUM, 36),
  'github app': format(['gh', 's_'], ALNUM, 36),
  'github fine-grained': (r) => `${'github'}_pat_${r.of(ALNUM, 22)}_${r.of(ALNUM, 59)}`,
  gitlab: format(['gl', 'pat-'], BASE64URL, 20),
  'gitlab runner': format(['gl', 'rt-'], BASE64URL, 20),
  npm: format(['np', 'm_'], ALNUM, 36),
  pypi: format(['py', 'pi-AgEIcHlwaS5vcmc'], BASE64URL, 60),
  docker: format(['dckr', '_pat_'], BASE64URL, 27),
  atlassian: format(['ATA', 'TT3xFfGF0'], BASE64URL, 180),
  grafana: (r) => `${'gl'}sa_${r.of(ALNUM, 32)}_${r.of(HEX, 8)}`,
  'new relic': format(['NR', 'AK-'], UPNUM, 27),
  sentry: format(['sntry', 's_'], BASE64, 80),
  postman: (r) => `${'PM'}AK-${r.of(HEX, 24)}-${r.of(HEX, 34)}`,
  figma: format(['fi', 'gd_'], BASE64URL, 40),
  notion: format(['nt', 'n_'], ALNUM, 46),
  linear: format(['lin', '_api_'], ALNUM, 40),
  'slack bot': (r) => `${'xo'}xb-${r.of(DIGITS, 12)}-${r.of(DIGITS, 13)}-${r.of(ALNUM, 24)}`,
  'slack user': (r) => `${'xo'}xp-${r.of(DIGITS, 12)}-${r.of(DIGITS, 12)}-${r.of(HEX, 32)}`,
  'slack app': (r) => `${'xa'}pp-1-A${r.of(UPNUM, 10)}-${r.of(DIGITS, 13)}-${r.of(HEX, 64)}`,
  'slack webhook': (r) =>
    `${'hooks.slack'}.com/services/T${r.of(UPNUM, 10)}/B${r.of(UPNUM, 10)}/${r.of(ALNUM, 24)}`,
  stripe: format(['s', 'k_li', 've_'], ALNUM, 24),
  'stripe restricted': format(['r', 'k_li', 've_'], ALNUM, 99),
  'stripe webhook': format(['wh', 'sec_'], ALNUM, 32),
  square: format(['sq0', 'atp-'], BASE64URL, 22),
  twilio: format(['S', 'K'], HEX, 32),
  sendgrid: (r) => `${'S'}G.${r.of(BASE64URL, 22)}.${r.of(BASE64URL, 43)}`,
  brevo: (r) => `${'xkey'}sib-${r.of(HEX, 64)}-${r.of(ALNUM, 16)}`,
  mailgun: format(['ke', 'y-'], HEX, 32),
  shopify: format(['shp', 'at_'], HEX, 32),
  telegram: (r) => `${r.of('123456789', 1)}${r.of(DIGITS, 9)}:${'A'}${r.of(BASE64URL, 34)}`,
  discord: (r) => `${'M'}T${r.of(ALNUM, 24)}.${r.of(BASE64URL, 6)}.${r.of(BASE64URL, 38)}`,
  jwt: (r) =>
    `${'ey'}JhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.${'ey'}${r.of(BASE64URL, 80)}.${r.of(BASE64URL, 43)}`,
  'jwt unsigned': (r) => `${'ey'}J0eXAiOiJKV1QiLCJhbGciOiJub25lIn0.${'ey'}${r.of(BASE64URL, 60)}.`,
  typeform: format(['tf', 'p_'], LOWNUM, 59),
  zoho: (r) => `${'10'}00.${r.of(HEX, 32)}.${r.of(HEX, 32)}`,
  'age key': format(['AGE-SEC', 'RET-KEY-1'], UPNUM, 58),
};

/** Credentials that nothing but the words around them gives away. */
export const CONTEXT_SECRETS: Readonly<Record<string, Maker>> = {
  'a chosen password': (r) =>
    `${r.pick(['hunter', 'summer', 'dragon', 'Passw0rd', 'letmein'])}${r.of(DIGITS, 2)}${r.pick(['', '!', '#x'])}`,
  'a hexadecimal key': (r) => r.of(HEX, 32),
  'an aws secret': (r) => r.of(BASE64, 40),
  'a uuid': (r) => `${r.of(HEX, 8)}-${r.of(HEX, 4)}-4${r.of(HEX, 3)}-a${r.of(HEX, 3)}-${r.of(HEX, 12)}`,
  'a word': (r) => r.of(LOWER, 11),
};
