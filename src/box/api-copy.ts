/** The whole of the API: the build makes one file of it, which stands in for the package's fifty. */
export * from '@opentelemetry/api';
export { default } from '@opentelemetry/api';
