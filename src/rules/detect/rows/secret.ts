/** Detectors of secrets: in all files, and in the configuration of images. */

import type { SecretSettings } from '../../../core/model/rule/secret-settings.ts';
import type { DetectorRow, ImageDetector, TextDetector } from '../detector.ts';

/** The rows of the group `secret`. */
export const SECRET_ROWS: readonly DetectorRow[] = [
  {
    id: 'secret/files',
    kind: 'text',
    scanner: 'secret',
    version: 1,
    async load(settings?: SecretSettings): Promise<TextDetector> {
      const { secretFiles, secretFilesWith } = await import('../secret/files.ts');
      return settings === undefined ? secretFiles : secretFilesWith(settings);
    },
  },
  {
    id: 'secret/settings',
    kind: 'image',
    scanner: 'secret',
    artifacts: ['image'],
    version: 1,
    async load(settings?: SecretSettings): Promise<ImageDetector> {
      const { secretSettings, secretSettingsWith } = await import('../secret/settings.ts');
      return settings === undefined ? secretSettings : secretSettingsWith(settings);
    },
  },
];
