/** The users' settings for the rules of detectors. */

import type { Confidence } from '../../core/model/rule/rule-finding.ts';
import type { SecretSettings } from '../../core/model/rule/secret-settings.ts';
import type { OwnRules } from './code/own-rules.ts';
import type { DockerfileSettings } from './dockerfile/settings.ts';
import type { OriginSettings } from './origin/settings.ts';
import type { PipelineSettings } from './pipeline/settings.ts';
import type { RepositorySettings } from './repository/settings.ts';

/** Settings by the group of rules. What is absent asks for nothing. */
export interface DetectorSettings {
  readonly code?: OwnRules;
  readonly dockerfile?: DockerfileSettings;
  readonly pipeline?: PipelineSettings;
  readonly repository?: RepositorySettings;
  readonly secrets?: SecretSettings;
  readonly origin?: OriginSettings;
  /** Findings with less confidence are not reported; absent: `medium`. */
  readonly minConfidence?: Confidence;
}
