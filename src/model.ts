/** The central types, the pure functions over them, and their JSON codec: the export `./model`. */

export {
  CodecError,
  decodeInventory,
  decodeReport,
  encodeInventory,
  encodeReport,
  type Json,
} from './codec/codec.ts';
export { decodeLayerRecord, encodeLayerRecord } from './codec/record-codec.ts';
export * from './model/index.ts';
