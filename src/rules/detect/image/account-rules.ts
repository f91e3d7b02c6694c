/** Rules about the accounts of an image. */

import type { Rule } from '../rule.ts';

/** An account whose password is empty. */
export const EMPTY_PASSWORD: Rule = {
  id: 'image/empty-password',
  category: 'misconfiguration',
  severity: 'high',
  title: 'account with an empty password',
  cwe: [258],
  aliases: ['DKL-LI-0001'],
  why: 'A program that asks for the password of this account, such as su, login or an SSH server, accepts an empty one. A process without rights in the container can then become this user.',
  remedy:
    'Lock the password of the account: RUN passwd -l NAME, or write "!" into the second field of its line in /etc/shadow.',
  failing: { path: '/etc/shadow', text: 'root::19000:0:99999:7:::\ndaemon:*:19000:0:99999:7:::\n' },
  passing: {
    path: '/etc/shadow',
    text: 'root:*:19000:0:99999:7:::\ndaemon:!:19000:0:99999:7:::\n',
  },
};

/** An account beside root that has its user id. */
export const SECOND_ROOT: Rule = {
  id: 'image/second-root-account',
  category: 'misconfiguration',
  severity: 'high',
  title: 'account beside root with user id 0',
  cwe: [250],
  aliases: ['DKL-LI-0002'],
  why: 'An account with the user id 0 has all rights of root under another name. Such accounts hide in lists of users, and checks for the name "root" do not see them.',
  remedy: 'Give the account a user id of its own, or remove its line from /etc/passwd.',
  failing: {
    path: '/etc/passwd',
    text: 'root:x:0:0:root:/root:/bin/sh\nadmin:x:0:0:second root:/home/admin:/bin/sh\n',
  },
  passing: {
    path: '/etc/passwd',
    text: 'root:x:0:0:root:/root:/bin/sh\nadmin:x:1000:1000:administrator:/home/admin:/bin/sh\n',
  },
};
