/** The central types, the pure functions over them, and their JSON codec: the export `./model`. */

export {
  CodecError,
  decodeInventory,
  decodeReport,
  encodeInventory,
  encodeReport,
  type Json,
} from './core/codec/codec.ts';
export { decodeLayerRecord, encodeLayerRecord } from './core/codec/record-codec.ts';
export * from './core/model/index.ts';
