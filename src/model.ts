/** The central types, the pure functions over them, and their JSON codec: the export `./model`. */

export {
  CodecError,
  decodeInventory,
  decodeLayerRecord,
  decodeReport,
  encodeInventory,
  encodeLayerRecord,
  encodeReport,
  type Json,
} from './codec/codec.ts';
export * from './model/index.ts';
