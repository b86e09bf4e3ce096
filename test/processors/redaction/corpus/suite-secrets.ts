import { ALNUM, BASE64URL, DIGITS, HEX, LOWER, type Random, UPPER } from './random.ts';

type Maker = (r: Random) => string;

function format(prefix: readonly string[], alphabet: string, count: number, suffix = ''): Maker {
  return (r) => prefix.join('') + r.of(alphabet, count) + suffix;
}

function uuid(r: Random): string {
  return [8, 4, 4, 4, 12].map((count) => r.of(HEX, count)).join('-');
}

const UPNUM = UPPER + DIGITS;

/** Further kinds that public scanners look for, made from the published formats; joined at run time. */
export const SUITE_SECRETS: Readonly<Record<string, Maker>> = {
  'adobe client secret': format(['p8', 'e-'], ALNUM, 32),
  airtable: (r) => `${'pa'}t${r.of(ALNUM, 14)}.${r.of(HEX, 64)}`,
  anyscale: format(['esec', 'ret_'], ALNUM, 26),
  apify: format(['apify', '_api_'], ALNUM, 36),
  artifactory: format(['AK', 'Cp'], ALNUM, 69),
  'artifactory reference': format(['cmVm', 'dGtuO'], ALNUM, 55),
  'bitbucket app password': format(['AT', 'BB'], ALNUM, 32),
  clickhouse: format(['4b', '1d'], ALNUM, 38),
  clojars: format(['CLO', 'JARS_'], LOWER + DIGITS, 60),
  'cloudflare origin key': (r) => `${'v1'}.0-${r.of(HEX, 24)}-${r.of(HEX, 146)}`,
  'cloudflare account': format(['cf', 'at_'], ALNUM, 40),
  contentful: format(['CF', 'PAT-'], BASE64URL, 43),
  cursor: format(['cr', 'sr_'], HEX, 64),
  dropbox: format(['s', 'l.'], BASE64URL, 136),
  duffel: format(['duffel', '_live_'], BASE64URL, 43),
  dynatrace: (r) => `${'dt0'}c01.${r.of(UPNUM, 24)}.${r.of(UPNUM, 64)}`,
  easypost: format(['EZ', 'AK'], ALNUM, 54),
  facebook: format(['EA', 'AM'], ALNUM, 120),
  flutterwave: (r) => `${'FLW'}SECK_TEST-${r.of(HEX, 32)}-X`,
  'fly.io': format(['fo', '1_'], BASE64URL, 43),
  'frame.io': format(['fi', 'o-u-'], BASE64URL, 64),
  'gitlab trigger': format(['gl', 'ptt-'], HEX, 40),
  'gitlab workspace': format(['gl', 'wt-'], BASE64URL, 20),
  'gitlab registration': format(['GR13', '48941'], BASE64URL, 20),
  'grafana legacy': format(['eyJr', 'Ijoi'], ALNUM, 90),
  'grafana cloud': format(['gl', 'c_'], ALNUM, 80),
  harness: (r) => `${'pa'}t.${r.of(ALNUM, 22)}.${r.of(HEX, 24)}.${r.of(ALNUM, 20)}`,
  heroku: format(['HR', 'KU-AA'], BASE64URL, 58),
  infracost: format(['ic', 'o-'], ALNUM, 32),
  inngest: format(['sign', 'key-prod-'], HEX, 64),
  lob: format(['li', 've_'], HEX, 35),
  mapbox: (r) => `${'s'}k.eyJ${r.of(ALNUM, 80)}.${r.of(ALNUM, 22)}`,
  maxmind: (r) => `${r.of(ALNUM, 6)}_${r.of(ALNUM, 29)}_${'mm'}k`,
  'mongodb atlas': format(['mdb_', 'sa_sk_'], BASE64URL, 40),
  'teams webhook': (r) =>
    `${'webhook'}.office.com/webhookb2/${uuid(r)}@${uuid(r)}/IncomingWebhook/${r.of(HEX, 32)}/${uuid(r)}`,
  nuget: format(['o', 'y2'], LOWER + DIGITS, 43),
  octopus: format(['AP', 'I-'], UPNUM, 26),
  openshift: format(['sha', '256~'], BASE64URL, 43),
  'ory token': format(['ory', '_pat_'], ALNUM, 32),
  plaid: (r) => `${'access'}-sandbox-${uuid(r)}`,
  'postman collection': format(['PM', 'AT-'], UPNUM, 26),
  prefect: format(['pn', 'u_'], LOWER + DIGITS, 36),
  readme: format(['rd', 'me_'], LOWER + DIGITS, 70),
  rubygems: format(['ruby', 'gems_'], HEX, 48),
  runpod: format(['rp', 'a_'], ALNUM, 44),
  scalingo: format(['tk', '-us-'], BASE64URL, 48),
  settlemint: format(['sm', '_pat_'], ALNUM, 16),
  shippo: format(['shippo', '_live_'], HEX, 40),
  'slack legacy': (r) =>
    `${'xo'}xs-${r.of(DIGITS, 10)}-${r.of(DIGITS, 10)}-${r.of(DIGITS, 10)}-${r.of(HEX, 10)}`,
  'slack configuration': (r) => `${'xo'}xe.${'xo'}xp-1-${r.of(ALNUM, 163)}`,
  'snyk user': (r) => `${'snyk'}_uat.${r.of(HEX, 8)}.${r.of(ALNUM, 40)}.${r.of(ALNUM, 20)}`,
  'socket.dev': format(['skt', 'sec_'], BASE64URL, 44),
  sonarqube: format(['sq', 'u_'], HEX, 40),
  sourcegraph: (r) => `${'sg'}p_${r.of(HEX, 16)}_${r.of(HEX, 40)}`,
  stytch: format(['secret', '-live-'], BASE64URL, 36, '='),
  together: format(['tgp', '_v1_'], BASE64URL, 43),
  'trigger.dev': format(['tr', '_prod_'], ALNUM, 20),
  'twitter bearer': format(['A'.repeat(22), ''], ALNUM, 90),
  'vercel token': format(['vc', 'k_'], ALNUM, 56),
  xata: format(['xa', 'u_'], ALNUM, 43),
  'yandex iam': (r) => `${'t'}1.9eu${r.of(BASE64URL, 60)}.${r.of(BASE64URL, 86)}`,
};
