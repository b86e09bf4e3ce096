/**
 * The first line of what an error says, without a full stop, for messages of one line. Works on
 * errors of other realms and on anything else that was thrown.
 */
export function errorMessage(error: unknown): string {
  const message = (error as { message?: unknown } | null | undefined)?.message ?? error;
  return (String(message).split('\n', 1)[0] ?? '').trim().replace(/\.$/, '');
}
