export { STANDARD_PROPAGATORS } from './standard.ts';
