/** Marks up a word for the terminal. */
export interface Style {
  dim(text: string): string;
  bold(text: string): string;
  red(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
  cyan(text: string): string;
}

const plain = (text: string): string => text;

/** Source of the numbers: ECMA-48, "Select graphic rendition". */
function ansi(on: number, off: number): (text: string) => string {
  return (text) => `\u001b[${on}m${text}\u001b[${off}m`;
}

/** No mark-up at all. */
export const PLAIN: Style = { dim: plain, bold: plain, red: plain, green: plain, yellow: plain, cyan: plain };

/** Colours for a terminal. */
export const COLOUR: Style = {
  dim: ansi(2, 22),
  bold: ansi(1, 22),
  red: ansi(31, 39),
  green: ansi(32, 39),
  yellow: ansi(33, 39),
  cyan: ansi(36, 39),
};
