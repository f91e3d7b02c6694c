/** Loads `look-ups.mjs` as the command loads what it needs: from a file that V8 has the code of. */
import('./look-ups.mjs').then(({ lookUp }) => lookUp());
