// Loaded in front of everything else. Says at the end which files were compiled, how long they are, and
// which modules of Node.js were loaded beside those that it has always.
const Module = require('node:module');
const { writeSync } = require('node:fs');

const compiled = [];
const { _compile } = Module.prototype;
Module.prototype._compile = function (source, file, ...rest) {
  compiled.push([file, source.length, /[^\0-\x7f]/.test(source)]);
  return Reflect.apply(_compile, this, [source, file, ...rest]);
};

const before = new Set(process.moduleLoadList);
process.on('exit', () => {
  const builtins = process.moduleLoadList.filter((name) => !before.has(name));
  writeSync(1, JSON.stringify({ compiled, builtins }));
});
