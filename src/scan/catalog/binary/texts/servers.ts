/** Servers: the web, names, mail, files, tunnels, databases. */

import type { BinaryClassifier } from './classifier.ts';

const WEB: readonly BinaryClassifier[] = [
  {
    program: 'nginx',
    names: ['nginx'],
    products: ['nginx'],
    texts: [{ anchor: 'nginx/', pattern: /nginx\/(?<version>\d+\.\d+\.\d+)(?![\w.-])/y }],
  },
  {
    program: 'httpd',
    names: ['apache2', 'httpd'],
    products: ['apache2', 'httpd'],
    texts: [{ anchor: 'Apache/', pattern: /Apache\/(?<version>\d+\.\d+\.\d+)(?![\w.-])/y }],
  },
  {
    program: 'lighttpd',
    names: ['lighttpd'],
    products: ['lighttpd'],
    texts: [{ anchor: 'lighttpd/', pattern: /lighttpd\/(?<version>\d+\.\d+\.\d+)(?![\w.-])/y }],
  },
  {
    program: 'haproxy',
    names: ['haproxy'],
    products: ['haproxy'],
    texts: [
      {
        anchor: ' version ',
        pattern:
          / version (?<version>\d+\.\d+(?:\.\d+|-dev\d+))(?:-[\w.+~]{1,40})?, released 20\d{2}\//y,
      },
    ],
  },
  {
    program: 'varnish',
    names: ['varnishd'],
    products: ['varnish'],
    texts: [{ anchor: 'varnish-', pattern: /varnish-(?<version>\d+\.\d+\.\d+) revision /y }],
  },
  {
    program: 'squid',
    names: ['squid', 'squid-gnutls', 'squid-openssl'],
    products: ['squid'],
    texts: [{ anchor: 'squid/', pattern: /squid\/(?<version>\d+\.\d+(?:\.\d+)?)\0/y }],
  },
];

/**
 * A time of the source is in the years 2014 to 2033, so that its digits cannot be taken for those of
 * the version: "7.0.15" and "1790282056" stand side by side without a separator.
 */
const REDIS_VERSION =
  /\0(?<version>\d\.\d{1,2}\.\d{1,2}?)(?:[0-9a-f]{12}-\d{10,19}|[a-z][a-z0-9.-]{0,60}-\d{10,19}|1[4-9]\d{17})[0-9a-f]{0,20}\0/y;

const STORES: readonly BinaryClassifier[] = [
  {
    program: 'redis',
    names: ['redis-server', 'redis-cli', 'redis-benchmark', 'redis-check-aof', 'redis-check-rdb'],
    products: ['redis'],
    // The version stands alone in the file, and once more right before the id of the build: the
    // name of the machine and the time, or the time of the source (`mkreleasehdr.sh`). The file's
    // name identifies the server.
    texts: [
      { anchor: '\x005.', pattern: REDIS_VERSION },
      { anchor: '\x006.', pattern: REDIS_VERSION },
      { anchor: '\x007.', pattern: REDIS_VERSION },
      { anchor: '\x008.', pattern: REDIS_VERSION },
      { anchor: '\x009.', pattern: REDIS_VERSION },
    ],
  },
  {
    program: 'valkey',
    names: [
      'valkey-server',
      'valkey-cli',
      'valkey-benchmark',
      'valkey-check-aof',
      'valkey-check-rdb',
    ],
    products: ['valkey'],
    texts: [
      {
        anchor: 'valkey',
        pattern:
          /valkey(?<version>\d{1,2}\.\d{1,2}\.\d{1,2}?)(?:[0-9a-f]{12}-\d{10,19}|[a-z][a-z0-9.-]{0,60}-\d{10,19}|1[4-9]\d{17})[0-9a-f]{0,20}\0/y,
      },
    ],
  },
  {
    program: 'memcached',
    names: ['memcached'],
    products: ['memcached'],
    texts: [{ anchor: 'memcached ', pattern: /memcached (?<version>\d+\.\d+\.\d+)[\n\0]/y }],
  },
  {
    program: 'postgresql',
    names: ['postgres'],
    products: [
      'postgresql',
      'postgresql-13',
      'postgresql-14',
      'postgresql-15',
      'postgresql-16',
      'postgresql-17',
      'postgresql-18',
    ],
    texts: [
      {
        anchor: 'postgres (PostgreSQL) ',
        pattern: /postgres \(PostgreSQL\) (?<version>\d+(?:\.\d+){1,2}|\d+(?:beta|rc)\d+)[ \n]/y,
      },
    ],
  },
  {
    program: 'mariadb',
    names: ['mariadbd', 'mysqld'],
    products: ['mariadb', 'mariadb-10.3', 'mariadb-10.5', 'mariadb-11.8'],
    // What InnoDB writes into its log.
    texts: [{ anchor: '\0MariaDB 1', pattern: /\0MariaDB (?<version>1\d\.\d+\.\d+)\0/y }],
  },
  {
    program: 'mysql',
    names: ['mysqld'],
    products: ['mysql', 'mysql-8.0', 'mysql-8.4'],
    // The folder that it was built in; not seen in a real build, of which Debian has none.
    texts: [{ anchor: '/mysql-', pattern: /\/mysql-(?<version>[5-9]\.\d+\.\d+)\//y }],
  },
  {
    program: 'openldap',
    names: ['slapd'],
    products: ['openldap'],
    texts: [
      { anchor: '$OpenLDAP: slapd ', pattern: /\$OpenLDAP: slapd (?<version>\d+\.\d+\.\d+)[ +]/y },
    ],
  },
];

const NETWORK: readonly BinaryClassifier[] = [
  {
    program: 'bind',
    names: ['named'],
    products: ['bind9', 'bind'],
    texts: [{ anchor: 'BIND 9.', pattern: /BIND (?<version>9\.\d+\.\d+)[-\s\0]/y }],
  },
  {
    program: 'unbound',
    names: ['unbound'],
    products: ['unbound'],
    texts: [{ anchor: 'unbound ', pattern: /unbound (?<version>1\.\d+\.\d+)\0/y }],
  },
  {
    program: 'dnsmasq',
    names: ['dnsmasq'],
    products: ['dnsmasq'],
    texts: [{ anchor: 'dnsmasq-', pattern: /dnsmasq-(?<version>2\.\d+)\0/y }],
  },
  {
    program: 'postfix',
    names: ['postfix', 'postconf'],
    products: ['postfix'],
    texts: [{ anchor: 'mail_version=', pattern: /mail_version=(?<version>\d+\.\d+\.\d+)\0/y }],
  },
  {
    program: 'exim',
    names: ['exim', 'exim4'],
    products: ['exim', 'exim4'],
    texts: [
      {
        anchor: '<<eximcnumber>>',
        pattern: /<<eximcnumber>>\0{1,8}(?<version>4\.\d+(?:\.\d+)?)\0<<eximversion>>/y,
      },
    ],
  },
  {
    program: 'dovecot',
    names: ['dovecot'],
    products: ['dovecot'],
    texts: [{ anchor: 'Dovecot v', pattern: /Dovecot v(?<version>\d+\.\d+\.\d+(?:\.\d+)?)[- ]/y }],
  },
  {
    program: 'proftpd',
    names: ['proftpd'],
    products: ['proftpd-dfsg', 'proftpd'],
    texts: [
      {
        anchor: 'ProFTPD Version ',
        // Debian writes `1.3.8.c` where the project writes `1.3.8c`.
        pattern: /ProFTPD Version (?<release>(?<version>\d+\.\d+\.\d+)[a-z]?)\0/y,
      },
    ],
  },
  {
    program: 'vsftpd',
    names: ['vsftpd'],
    products: ['vsftpd'],
    texts: [{ anchor: '(vsFTPd ', pattern: /\(vsFTPd (?<version>\d+\.\d+\.\d+)\)/y }],
  },
  {
    program: 'pure-ftpd',
    names: ['pure-ftpd'],
    products: ['pure-ftpd'],
    texts: [{ anchor: 'pure-ftpd v', pattern: /pure-ftpd v(?<version>\d+\.\d+\.\d+) /y }],
  },
  {
    program: 'openvpn',
    names: ['openvpn'],
    products: ['openvpn'],
    texts: [{ anchor: 'OpenVPN 2.', pattern: /OpenVPN (?<version>2\.\d+\.\d+) [\w-]{3,60} \[/y }],
  },
  {
    program: 'tor',
    names: ['tor'],
    products: ['tor'],
    texts: [{ anchor: '(on Tor ', pattern: /\(on Tor (?<version>0\.\d+\.\d+\.\d+) /y }],
  },
  {
    program: 'mosquitto',
    names: ['mosquitto'],
    products: ['mosquitto'],
    // It stands alone; the file's name identifies the server.
    texts: [
      { anchor: '\x001.', pattern: /\0(?<version>1\.\d{1,2}\.\d{1,2})\0/y },
      { anchor: '\x002.', pattern: /\0(?<version>2\.\d{1,2}\.\d{1,2})\0/y },
    ],
  },
  {
    program: 'stunnel',
    names: ['stunnel', 'stunnel4'],
    products: ['stunnel4', 'stunnel'],
    texts: [{ anchor: 'stunnel/', pattern: /stunnel\/(?<version>\d+\.\d+)\0/y }],
  },
  {
    program: 'openssh',
    names: ['ssh', 'sshd', 'sshd-session'],
    products: ['openssh'],
    texts: [
      {
        anchor: 'OpenSSH_',
        // The portability level behind `p` is one number in some builds and another in their
        // package's version.
        pattern: /OpenSSH_(?<release>(?<version>\d+\.\d+)p\d+)(?![.\d])/y,
      },
    ],
  },
];

/** Classifiers of servers, by the version text that they hold. */
export const SERVERS: readonly BinaryClassifier[] = [...WEB, ...STORES, ...NETWORK];
