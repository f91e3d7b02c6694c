/**
 * GitLab's report of static analysis (SAST), which infrastructure as code shares: findings of rules
 * except secrets.
 */

import { gitlabRuleScan } from './gitlab-rule-scan.ts';
import { jsonDocument } from '../json/json-document.ts';
import type { Reporter } from '../reporter.ts';

export const gitlabSast: Reporter = {
  id: 'gitlab-sast',
  mediaType: 'application/json',
  purpose: 'feeds the static analysis (SAST) of GitLab with findings of rules, except secrets',
  findings: {
    listed: 'none',
    vulnerabilities: 'counted in a message of the scan',
    others: 'findings of rules, except secrets, that were not set aside; others counted',
    setAside: 'counted by reason in a message of the scan',
  },
  render: (report) =>
    jsonDocument(
      gitlabRuleScan(report, { type: 'sast', accepts: ({ category }) => category !== 'secret' }),
      '',
    ),
};
