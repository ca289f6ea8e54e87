import { type ProgramRow, row } from "./program-row.ts";

/** Version, the host's name, then the second of the build and nine zeros: how redis and its kin mark a build. */
const BUILD = /(\d+\.\d+\.\d+?)(?:[a-z][a-z.]{2,60}-|[0-9a-f]{12}-)?1\d{9}0{9}/;
/** A release between zero bytes, as the Go linker leaves a text that it was told to set. */
const STAMP = /\0v?(\d+\.\d+\.\d+(?:-(?:alpha|beta|rc)\.?\d+)?)\0/;

/** Servers, data bases and what runs beside them. */
export const SERVER_PROGRAMS: readonly ProgramRow[] = [
  row("nginx", "nginx openresty", "nginx version: ", /nginx version: \w+\/(\d+\.\d+\.\d+)/),
  row("openresty", "nginx openresty", "openresty/", /openresty\/(\d+\.\d+\.\d+\.\d+)/, { instead: "nginx" }),
  row("httpd", "httpd apache2", "Apache/", /Apache\/(\d+\.\d+\.\d+)/),
  row("lighttpd", "lighttpd", "lighttpd/", /lighttpd\/(\d+\.\d+\.\d+)/),
  row("haproxy", "haproxy", " released 20", /version (\d+\.\d+(?:\.|-dev|-rc)\d+)[\w.+~-]*, released 20/),
  row("haproxy", "haproxy", "HA-Proxy version ", /HA-Proxy version (\d+\.\d+(?:\.|-dev|-rc)\d+)/),
  row("traefik", "traefik", ["\0v1.", "\x002.", "\x003."], STAMP, { module: "github.com/traefik/traefik" }),
  row("envoy", "envoy", "\x001.", /\0(1\.\d\d?\.\d+(?:-dev)?)\0/),
  row("varnish", "varnishd", "varnish-", /varnish-(\d+\.\d+\.\d+) revision/),
  row("squid", "squid", "squid/", /squid\/(\d+\.\d+(?:\.\d+)*)/),
  row("redis", "redis-server redis-cli redis-sentinel redis-check-*", "000000000", BUILD),
  row("redis", "redis-server redis-cli redis-sentinel", "Redis version ", /Redis version (\d+\.\d+\.\d+)/),
  row("valkey", "valkey-server valkey-cli valkey-sentinel", "000000000", BUILD),
  row("memcached", "memcached", "memcached ", /memcached (\d+\.\d+\.\d+)/),
  row("postgresql", "postgres psql", "(PostgreSQL) ", /\(PostgreSQL\) (\d+(?:\.\d+)+(?:(?:alpha|beta|rc)\d+)?)/),
  row("mysql", "mysql mysqld", "/mysql-", /\/mysql-(\d+\.\d+\.\d+)/),
  row("mariadb", "mariadb mariadbd mysql mysqld", "-MariaDB", /(\d+\.\d+\.\d+)-MariaDB/, { instead: "mysql" }),
  row("percona-server", "mysql mysqld", "/percona-server-", /\/percona-server-(\d+\.\d+\.\d+)/, { instead: "mysql" }),
  row("percona-xtradb-cluster", "mysql mysqld", "/Percona-XtraDB-Cluster-", /-Cluster-(\d+\.\d+\.\d+)/, {
    instead: "mysql",
  }),
  row("percona-xtrabackup", "xtrabackup", "/percona-xtrabackup-", /\/percona-xtrabackup-(\d+\.\d+\.\d+)/),
  row(
    "mongodb",
    "mongod mongos",
    ["\0tcmalloc", "\0heap_size", "\0cppdefines"],
    /(\d+\.\d+\.\d+)\0+(?:tcmalloc|heap_size|cppdefines)/,
  ),
  row("arangodb", "arangosh arangod", " [linux]", /(\d+\.\d+\.\d+(?:-\d+)?) (?:enterprise )?\[linux\]/),
  row("sqlcipher", "sqlcipher", "\x003.", /\0(3\.\d+\.\d+)\0/),
  row("consul", "consul", "CONSUL_VERSION: ", /CONSUL_VERSION: (\d+\.\d+\.\d+)/, {
    module: "github.com/hashicorp/consul",
  }),
  row("consul", "consul", "\0v1.", STAMP, { module: "github.com/hashicorp/consul" }),
  row("vault", "vault", "revoke1.", /revoke(1\.\d+\.\d+)/, { module: "github.com/hashicorp/vault" }),
  row("grafana", "grafana grafana-server", "\0release-", /\0release-(\d+\.\d+\.\d+)/),
  row("istio", "pilot-agent pilot-discovery", "\x001.", /\0(1\.\d+\.\d+(?:-[a-z]+\.\d+)?)\0+\1\0/, {
    module: "istio.io/istio",
  }),
  row("ingress-nginx", "nginx-ingress-controller", ["\0v1.", "\0v0."], STAMP, { module: "k8s.io/ingress-nginx" }),
  row("fluent-bit", "fluent-bit", "Fluent", /\0(\d+\.\d+\.\d+)\0+(?:\x1b\[1m\0)?(?:%s)?Fluent/),
  row("elastic-agent", "elastic-agent", "enroll", /enroll(?:: true)?(\d+\.\d+\.\d+)-?header/),
  row("proftpd", "proftpd", "ProFTPD Version ", /ProFTPD Version (\d+\.\d+\.\d+[a-z]?)/),
  row("openldap", "slapd ldapsearch ldapmodify", "$OpenLDAP: ", /\$OpenLDAP: [\w-]+ (\d+\.\d+\.\d+)/),
  row("openssh", "sshd ssh", "OpenSSH_", /OpenSSH_(\d+\.\d+p\d+)/),
  row("openvpn", "openvpn", "OpenVPN ", /OpenVPN (\d+\.\d+\.\d+) \w+-/),
  row("unbound", "unbound", "unbound ", /unbound (\d+\.\d+\.\d+)/),
  row("dnsmasq", "dnsmasq", "dnsmasq-", /dnsmasq-(\d+\.\d+)/),
  row("dovecot", "dovecot", "Dovecot v", /Dovecot v(\d+(?:\.\d+)+)/),
  row("postfix", "postfix master", "mail_version=", /mail_version=(\d+\.\d+\.\d+)/),
];
