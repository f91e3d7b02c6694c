/** The cache of results of layers, below the cache folder. */

import { join } from 'node:path';

import { clearRecords, openRecordStore, type RecordStore } from '../../../base/record-store.ts';
import type { Session } from '../../commands/command.ts';
import { formatBytes } from '../../print/progress.ts';

/** Folder of the results of layers; absolute. */
export function layerCacheFolder({ cacheDir }: Pick<Session, 'cacheDir'>): string {
  return join(cacheDir, 'layers');
}

/** Opens the cache of layer results of a run. */
export function openLayerCache(session: Session): RecordStore {
  return openRecordStore(layerCacheFolder(session), { log: session.context.log });
}

/** `--clear-cache`, which as in trivy scans nothing. */
export async function clearLayerCache(session: Session): Promise<void> {
  const { fileCount, sizeBytes } = await clearRecords(layerCacheFolder(session));
  const files = fileCount === 1 ? '1 file' : `${fileCount} files`;
  const freed = `${files}, ${formatBytes(sizeBytes)}`;
  session.context.log.info(`removed the results of earlier scans: ${freed}`);
}
