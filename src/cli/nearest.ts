/** The nearest known word to a mistyped one; shared with the rooms below. */

export { nearest } from '../base/nearest.ts';
