export { STANDARD_SAMPLERS } from './standard.ts';
