/** Catalogers of Terraform. */

import type { CatalogerRow } from '../cataloger.ts';

/** The rows of Terraform, in the order in which they are tried. */
export const TERRAFORM_ROWS: readonly CatalogerRow[] = [
  {
    id: 'terraform/lock-hcl',
    ecosystem: 'terraform',
    presence: 'declared',
    isLockfile: true,
    files: { areFilesOnly: true, names: ['.terraform.lock.hcl'] },
    // Where configurations say by convention which providers they require.
    companions: {
      names: [
        'main.tf',
        'provider.tf',
        'providers.tf',
        'terraform.tf',
        'version.tf',
        'versions.tf',
      ],
    },
    version: 1,
    load: async () => (await import('../terraform/lock-hcl.ts')).terraformLock,
  },
];
