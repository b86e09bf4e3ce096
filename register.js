// `node --require ./register.js app.js`, or `--import ./register.js`: see README.md.
// Plain old syntax, so that a Node.js too old for the rest can still read it and say so.

var version = process.versions.node.split('.').map(Number);

/** Whether the running Node.js is at least this version. */
function atLeast(major, minor) {
  return version[0] > major || (version[0] === major && version[1] >= minor);
}

function say(message) {
  try {
    require('fs').writeSync(2, 'signalbox: ' + message + '\n');
  } catch (error) {
    // Without a stderr there is nobody to tell, and the application must not suffer.
    void error;
  }
}

function firstLine(error) {
  return String(error).split('\n')[0];
}

if (!atLeast(20, 19)) {
  say(
    'Node.js ' + process.versions.node + ' is too old. Expected: 22.15 or later. Telemetry is off. [SDK004]',
  );
} else {
  if (!atLeast(22, 15) && require('worker_threads').isMainThread) {
    say(
      'Node.js ' +
        process.versions.node +
        ' is not supported. Expected: 22.15 or later. Trying anyway. [SDK004]',
    );
  }
  try {
    require('./dist/one-file-api.cjs');
    require('./dist/register.cjs');
  } catch (error) {
    say('cannot start: ' + firstLine(error) + '. Telemetry is off, the application runs on.');
  }
}
