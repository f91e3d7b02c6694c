/** The values of a JSON text. */

/** A parsed JSON value. */
export type JsonValue = null | boolean | number | string | JsonArray | JsonObject;
/** A parsed JSON array. */
export type JsonArray = readonly JsonValue[];
/** A parsed JSON object. The types of its members are not checked yet. */
export interface JsonObject {
  readonly [key: string]: JsonValue | undefined;
}
