/**
 * GitLab's report of secret detection: findings of rules of the category `secret`, with masked
 * texts.
 *
 * Source: GitLab's documentation of secret detection, where a place needs a commit. Its own
 * analyzer writes `0000000` for files that it did not find in the history, and so does this format.
 */

import { gitlabRuleScan } from './gitlab-rule-scan.ts';
import { jsonDocument } from '../json/json-document.ts';
import type { Reporter } from '../reporter.ts';

export const gitlabSecretDetection: Reporter = {
  id: 'gitlab-secret-detection',
  mediaType: 'application/json',
  purpose: 'feeds the secret detection of GitLab',
  findings: {
    listed: 'none',
    vulnerabilities: 'counted in a message of the scan',
    others: 'secrets that were not set aside; others counted',
    setAside: 'counted by reason in a message of the scan',
  },
  render: (report) =>
    jsonDocument(
      gitlabRuleScan(report, {
        type: 'secret_detection',
        accepts: ({ category }) => category === 'secret',
        place: { commit: { sha: '0000000' } },
      }),
      '',
    ),
};
