/**
 * What became of one request, as a transport reports it (ARCHITECTURE.md, "A destination").
 * Delivery decides what to do next; a transport only says what happened.
 */
export type Outcome =
  /** The backend has it; `rejected` items of it were refused for good (partial success). */
  | { readonly kind: 'delivered'; readonly rejected?: number; readonly reason?: string }
  /** Try the same again, not before `after` ms. */
  | { readonly kind: 'retry'; readonly after?: number; readonly reason: string }
  /** Too large: halve it and try again. */
  | { readonly kind: 'split'; readonly reason: string }
  /** The credentials are refused: keep everything until they change. */
  | { readonly kind: 'paused'; readonly reason: string }
  /** Refused for good. */
  | { readonly kind: 'rejected'; readonly reason: string };
