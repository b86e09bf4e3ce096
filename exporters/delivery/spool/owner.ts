import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { threadId } from 'node:worker_threads';
import { codeOf, quietly } from './file-system.ts';
import { STALE } from './options.ts';

/** Who writes to a directory of the spool; its file is named `owner`. */
export interface Owner {
  readonly host: string;
  /** Changes with each boot; empty where the system does not tell. */
  readonly boot: string;
  /** The namespace that `pid` is a number of; empty where there are none. */
  readonly space: string;
  readonly pid: number;
  /** When the process started, in ticks since the boot: pids are used again. Empty where it is not told. */
  readonly start: string;
  /** 0 for the main thread. */
  readonly thread: number;
}

/** This process and thread. */
export function ownOwner(): Owner {
  return {
    host: hostname(),
    boot: quietly(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()) ?? '',
    space: quietly(() => readlinkSync('/proc/self/ns/pid')) ?? '',
    pid: process.pid,
    start: startOf(process.pid) ?? '',
    thread: threadId,
  };
}

/** An owner as its file has it; undefined if it is not one. */
export function parseOwner(text: string): Owner | undefined {
  const value: unknown = quietly(() => JSON.parse(text));
  if (typeof value !== 'object' || value === null) return undefined;
  const { host, boot, space, pid, start, thread } = value as Record<string, unknown>;
  const texts = [host, boot, space, start];
  if (texts.some((each) => typeof each !== 'string') || typeof pid !== 'number') return undefined;
  return { host, boot, space, pid, start, thread: Number(thread) } as Owner;
}

/**
 * Whether the owner of a directory still runs. A process that this one can see is asked for at the
 * system, so that one that was killed is found at once and one whose loop is blocked is left alone;
 * of all others only the age of their last sign of life says something.
 * @param age milliseconds since the last sign of life
 */
export function isAlive(owner: Owner, age: number, self: Owner): boolean {
  // The clock may have been set back.
  const isFresh = Math.abs(age) < STALE;
  const { host, boot, space } = owner;
  if (host !== self.host || boot !== self.boot || space !== self.space) return isFresh;
  if (self.start === '') return exists(owner.pid) && Math.abs(age) < 5 * STALE;
  if (startOf(owner.pid) !== owner.start) return false;
  // The thread may have ended although the process has not.
  return owner.thread === 0 || isFresh;
}

/** Field 22 of /proc/…/stat (proc(5)); undefined for a process that is gone or only waits to be reaped. */
function startOf(pid: number): string | undefined {
  const stat = quietly(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  // The second field, the name, may hold anything, also blanks and brackets.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  const state = fields?.[0];
  return state === undefined || state === 'Z' || state === 'X' ? undefined : fields?.[19];
}

function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}
