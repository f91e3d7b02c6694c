/** Ruby, PHP, Perl, Lua, R, Julia, Elixir and Erlang. */

import type { CatalogerRow } from '../cataloger.ts';

export const SCRIPTING_ROWS: readonly CatalogerRow[] = [];
