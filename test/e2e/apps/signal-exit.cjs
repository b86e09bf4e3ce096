// Waits for a signal with `signal-exit` loaded, as many command-line tools do.
const { trace } = require('@opentelemetry/api');
const signalExit = require('signal-exit');

const onExit = signalExit.onExit ?? signalExit;
onExit(() => console.log('cleaned up'));
trace.getTracer('test').startSpan('before the signal').end();
setInterval(() => {}, 1000);
console.log('ready');
