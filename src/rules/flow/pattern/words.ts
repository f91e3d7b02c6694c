/** Words of source code. */

/** A word: a name, or a part of a text. */
export const WORD = /[A-Za-z_$][\w$]*/gu;
