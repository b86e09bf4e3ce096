import { context } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import type {
  Credentials,
  CredentialsProvider,
  HeaderSource,
  HeaderState,
  Host,
  Timer,
} from '../../src/core/index.ts';
import { isSame, Listeners } from './listeners.ts';
import { validHeaders } from './valid-headers.ts';

/** Milliseconds that a provider may take. */
const FETCH_TIMEOUT = 10_000;
/** Credentials without an end are fetched anew after so many ms, in the background. */
const REFRESH = 300_000;
/** The share of their life after which credentials are fetched anew while they still hold. */
const STALE = 0.8;
/** Milliseconds before their end from which credentials are not used: a request takes its time. */
const MARGIN = 5_000;
/** Milliseconds between two fetches that failed: the first pause, doubled up to the longest. */
const FIRST_RETRY = 1_000;
const LONGEST_RETRY = 30_000;
/** What was fetched within so many ms is not fetched anew because it was refused. */
const FRESH = 1_000;

/** Milliseconds on the clock that only grows. */
interface Cached {
  readonly headers: Readonly<Record<string, string>>;
  readonly at: number;
  readonly staleAt: number;
  readonly endsAt: number;
}

/**
 * The credentials of a provider, cached: fetched once however many requests wait, anew in the
 * background when most of their life is over, and never dropped before that life ends because the
 * provider fails. What it throws is not shown: it may hold a secret.
 */
export class ProviderSource implements HeaderSource {
  private cached: Cached | undefined;
  private fetching: Promise<void> | undefined;
  private failure = 'has given nothing yet';
  private failures = 0;
  private notBefore = Number.NEGATIVE_INFINITY;
  private retry: Timer | undefined;
  private readonly listeners = new Listeners();

  constructor(
    private readonly name: string,
    private readonly provider: CredentialsProvider,
    private readonly host: Pick<Host, 'after' | 'clock' | 'log'>,
  ) {}

  async get(timeout: number): Promise<HeaderState> {
    const now = this.host.clock.monotonic();
    if (this.valid(now)) {
      if (this.cached && now >= this.cached.staleAt) void this.fetch();
    } else await this.within(this.fetch(), timeout);
    return this.now();
  }

  now(): HeaderState {
    const cached = this.valid(this.host.clock.monotonic());
    return cached
      ? { headers: cached.headers }
      : { missing: `the credentials "${this.name}" ${this.failure}` };
  }

  async refused(used: Readonly<Record<string, string>>, timeout: number): Promise<boolean> {
    const { cached } = this;
    if (cached && isSame(cached.headers, used)) {
      if (this.host.clock.monotonic() - cached.at < FRESH) return false;
      await this.within(this.fetch(), timeout);
    }
    return this.cached !== undefined && !isSame(this.cached.headers, used);
  }

  onChange(changed: () => void): () => void {
    const end = this.listeners.add(changed);
    return () => {
      end();
      if (this.listeners.size === 0) this.retry?.cancel();
    };
  }

  age(): number | undefined {
    return this.cached && this.host.clock.monotonic() - this.cached.at;
  }

  /** It belongs to all who use it: nothing is left of it when none listens any more. */
  close(): void {}

  private valid(now: number): Cached | undefined {
    return this.cached && now < this.cached.endsAt ? this.cached : undefined;
  }

  private fetch(): Promise<void> {
    if (this.fetching) return this.fetching;
    if (this.host.clock.monotonic() < this.notBefore) return Promise.resolve();
    this.retry?.cancel();
    this.fetching = this.attempt().then((failure) => {
      this.fetching = undefined;
      if (failure === undefined) this.failures = 0;
      else this.failed(failure);
    });
    return this.fetching;
  }

  /** Undefined if there are new credentials, else why not. */
  private async attempt(): Promise<string | undefined> {
    const controller = new AbortController();
    let late: Timer | undefined;
    const timeout = new Promise<string>((resolve) => {
      late = this.host.after(FETCH_TIMEOUT, () => {
        controller.abort();
        resolve(`gave no answer within ${FETCH_TIMEOUT / 1_000} s`);
      });
    });
    const fetched = context.with(suppressTracing(context.active()), async () =>
      this.provider.get(controller.signal),
    );
    const used = fetched.then(
      (credentials) => (controller.signal.aborted ? undefined : this.take(credentials)),
      (error: unknown) => `failed${codeOf(error)}`,
    );
    return Promise.race([used, timeout]).finally(() => late?.cancel());
  }

  private take(credentials: Credentials): string | undefined {
    const headers = validHeaders(credentials?.headers);
    if (!headers) return 'gave no headers that HTTP allows';
    const { clock } = this.host;
    const at = clock.monotonic();
    const { expiresAt } = credentials;
    const life = expiresAt === undefined ? Number.POSITIVE_INFINITY : expiresAt - clock.now();
    if (!(life > 0)) return 'gave something that has expired';
    const isNew = this.cached === undefined || !isSame(this.cached.headers, headers);
    this.cached = {
      headers,
      at,
      staleAt: at + Math.min(REFRESH, life * STALE),
      endsAt: at + Math.max(life - MARGIN, life * STALE),
    };
    if (isNew) this.listeners.call();
    return undefined;
  }

  private failed(failure: string): void {
    const isFirst = this.failures++ === 0;
    const pause = Math.min(LONGEST_RETRY, FIRST_RETRY * 2 ** Math.min(this.failures - 1, 10));
    // Between half and all of it: a fleet must not come at once.
    const delay = pause * (0.5 + Math.random() / 2);
    this.failure = failure;
    this.notBefore = this.host.clock.monotonic() + delay;
    // Where nothing can be sent, the destination says so.
    if (isFirst && this.valid(this.host.clock.monotonic())) {
      this.host.log.warn(`the credentials "${this.name}" ${failure}; going on with those it gave before`);
    }
    if (this.listeners.size > 0) this.retry = this.host.after(Math.ceil(delay) + 1, () => void this.fetch());
  }

  private async within(work: Promise<void>, timeout: number): Promise<void> {
    if (timeout <= 0) return work;
    let late: Timer | undefined;
    const deadline = new Promise<void>((resolve) => {
      late = this.host.after(timeout, resolve);
    });
    await Promise.race([work, deadline]);
    late?.cancel();
  }
}

/** The code of an error, if it is a word such as `ECONNREFUSED`; never its message. */
function codeOf(error: unknown): string {
  const code: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : undefined;
  return typeof code === 'string' && /^[A-Z][A-Z_]{2,40}$/.test(code) ? ` (${code})` : '';
}
