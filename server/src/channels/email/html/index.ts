export { type Sanitised, type SanitiseOptions, sanitise } from './sanitise.ts';
