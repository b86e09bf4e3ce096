// Preload: dd-trace as its documentation has it.
require('dd-trace').init({
  startupLogs: false,
  telemetry: { enabled: false },
  remoteConfig: { enabled: false },
});
