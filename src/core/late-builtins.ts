/**
 * Modules of Node.js that a process needs when it sends or opens something, if at all. Each takes one
 * or two milliseconds to load, which is not spent before that.
 */
export const lateBuiltins = {
  get fsPromises(): typeof import('node:fs/promises') {
    return process.getBuiltinModule('node:fs/promises');
  },
  get zlib(): typeof import('node:zlib') {
    return process.getBuiltinModule('node:zlib');
  },
};
