/**
 * JSON documents that are made while they are written: lists and objects of any length.
 * `json-pieces.ts` writes them; code that only makes them does not load the writer.
 */

/** A value that `JSON.stringify` writes without loss. */
export type Json =
  string | number | boolean | readonly Json[] | { readonly [key: string]: Json | undefined };

/**
 * An object whose long fields are made while it is written. Fields whose value is `undefined` are
 * left out.
 */
export class StreamedObject {
  readonly fields: Iterable<readonly [string, StreamedJson | undefined]>;

  constructor(fields: Iterable<readonly [string, StreamedJson | undefined]>) {
    this.fields = fields;
  }
}

/** A list whose items are made while it is written. */
export class StreamedList {
  readonly items: Iterable<StreamedJson>;

  constructor(items: Iterable<StreamedJson>) {
    this.items = items;
  }
}

/**
 * A value whose text is made already: valid JSON without line ends, with all escapes that the
 * document needs.
 */
export class JsonText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** A JSON value whose parts may be made while it is written. */
export type StreamedJson = Json | StreamedObject | StreamedList | JsonText;
