/**
 * The provider repeats what it is told, so that content goes both ways. Where a prompt carries the
 * mark of prompts, the answer and the arguments of a tool carry marks of their own.
 */
const PROMPT = /kept-prompt/g;

/** What a model answers to a text. */
export const answerTo = (text: string): string => text.replace(PROMPT, 'kept-completion');

/** What a model wants a tool to be called with. */
export const argumentOf = (text: string): string => text.replace(PROMPT, 'kept-argument');
