/** What an option of curl means for the request. `ignore` shapes the transfer or the output and never the request; `record` is told to the user. */
export type CurlMeaning =
  | 'method'
  | 'header'
  | 'data'
  | 'data-raw'
  | 'data-binary'
  | 'data-urlencode'
  | 'json'
  | 'get'
  | 'head'
  | 'form'
  | 'form-string'
  | 'user'
  | 'bearer'
  | 'cookie'
  | 'config'
  | 'url'
  | 'url-query'
  | 'upload'
  | 'user-agent'
  | 'referer'
  | 'range'
  | 'netrc'
  | 'cert'
  | 'request-target'
  | 'next'
  | 'globoff'
  | 'fail'
  | 'timeout'
  | 'output'
  | 'variable'
  | 'write-out'
  | 'ignore'
  | 'record';

export interface CurlOption {
  readonly meaning: CurlMeaning;
  readonly value: boolean;
  /** `--expand-…`: `{{name}}` in the value stands for what `--variable` has set. */
  readonly expand?: boolean;
}

/** `letter long[=] meaning`: one line per option of curl 8; `=` takes a value. */
const TABLE = `
X request= method
H header= header
d data= data
- data-ascii= data
- data-raw= data-raw
- data-binary= data-binary
- data-urlencode= data-urlencode
- json= json
G get get
I head head
F form= form
- form-string= form-string
u user= user
- oauth2-bearer= bearer
b cookie= cookie
K config= config
- url= url
- url-query= url-query
T upload-file= upload
A user-agent= user-agent
e referer= referer
r range= range
n netrc netrc
- netrc-file= netrc
- netrc-optional netrc
E cert= cert
- key= cert
- request-target= request-target
: next next
f fail fail
- fail-with-body fail
m max-time= timeout
- connect-timeout= timeout
o output= output
O remote-name output
w write-out= write-out
s silent ignore
S show-error ignore
L location ignore
- location-trusted record
i include ignore
- show-headers ignore
v verbose ignore
# progress-bar ignore
- no-progress-meter ignore
- compressed ignore
- retry= ignore
- retry-delay= ignore
- retry-max-time= ignore
- retry-all-errors ignore
- retry-connrefused ignore
N no-buffer ignore
g globoff globoff
q disable ignore
D dump-header= ignore
c cookie-jar= ignore
- create-dirs ignore
- create-file-mode= ignore
- output-dir= ignore
J remote-header-name ignore
R remote-time ignore
- remote-name-all ignore
- remove-on-error ignore
- no-clobber ignore
- skip-existing ignore
- stderr= ignore
- trace= ignore
- trace-ascii= ignore
- trace-config= ignore
- trace-ids ignore
- trace-time ignore
- libcurl= ignore
- styled-output ignore
- xattr ignore
h help= ignore
M manual ignore
V version ignore
- max-redirs= ignore
- post301 ignore
- post302 ignore
- post303 ignore
0 http1.0 ignore
- http1.1 ignore
- http2 ignore
- http2-prior-knowledge ignore
- http3 ignore
- http3-only ignore
- http0.9 ignore
4 ipv4 ignore
6 ipv6 ignore
Z parallel ignore
- parallel-immediate ignore
- parallel-max= ignore
- fail-early ignore
- basic ignore
- anyauth record
- digest record
- ntlm record
- ntlm-wb record
- negotiate record
- krb= record
- aws-sigv4= record
- delegation= record
- service-name= record
- sasl-authzid= record
- sasl-ir record
- login-options= record
k insecure record
- cacert= record
- capath= record
- ca-native record
- cert-status record
- cert-type= record
- key-type= record
- pass= record
- crlfile= record
- ciphers= record
- curves= record
- tls13-ciphers= record
- tls-max= record
1 tlsv1 record
- tlsv1.0 record
- tlsv1.1 record
- tlsv1.2 record
- tlsv1.3 record
2 sslv2 record
3 sslv3 record
- ssl record
- ssl-reqd record
- ssl-allow-beast record
- ssl-auto-client-cert record
- ssl-no-revoke record
- ssl-revoke-best-effort record
- false-start record
- pinnedpubkey= record
- tlsauthtype= record
- tlspassword= record
- tlsuser= record
- engine= record
- egd-file= record
- random-file= record
- no-alpn record
- no-npn record
- no-sessionid record
x proxy= record
U proxy-user= record
p proxytunnel record
- preproxy= record
- noproxy= record
- proxy-anyauth record
- proxy-basic record
- proxy-ca-native record
- proxy-cacert= record
- proxy-capath= record
- proxy-cert= record
- proxy-cert-type= record
- proxy-ciphers= record
- proxy-crlfile= record
- proxy-digest record
- proxy-header= record
- proxy-http2 record
- proxy-insecure record
- proxy-key= record
- proxy-key-type= record
- proxy-negotiate record
- proxy-ntlm record
- proxy-pass= record
- proxy-pinnedpubkey= record
- proxy-service-name= record
- proxy-ssl-allow-beast record
- proxy-ssl-auto-client-cert record
- proxy-tls13-ciphers= record
- proxy-tlsauthtype= record
- proxy-tlspassword= record
- proxy-tlsuser= record
- proxy-tlsv1 record
- proxy1.0= record
- socks4= record
- socks4a= record
- socks5= record
- socks5-basic record
- socks5-gssapi record
- socks5-gssapi-nec record
- socks5-gssapi-service= record
- socks5-hostname= record
- suppress-connect-headers ignore
- haproxy-protocol record
- haproxy-clientip= record
- resolve= record
- connect-to= record
- interface= record
- local-port= record
- ip-tos= record
- vlan-priority= record
- dns-interface= record
- dns-ipv4-addr= record
- dns-ipv6-addr= record
- dns-servers= record
- doh-url= record
- doh-insecure record
- doh-cert-status record
- unix-socket= record
- abstract-unix-socket= record
- alt-svc= record
- hsts= record
- ech= record
- path-as-is record
- proto= record
- proto-default= record
- proto-redir= record
- disallow-username-in-url ignore
j junk-session-cookies record
- etag-compare= record
- etag-save= ignore
z time-cond= record
C continue-at= record
- ignore-content-length record
- raw record
- tr-encoding record
- expect100-timeout= ignore
- form-escape record
- crlf record
- keepalive-time= ignore
- keepalive-cnt= ignore
- no-keepalive ignore
- tcp-nodelay ignore
- tcp-fastopen ignore
- mptcp ignore
- happy-eyeballs-timeout-ms= ignore
- limit-rate= ignore
- max-filesize= ignore
- rate= ignore
Y speed-limit= ignore
y speed-time= ignore
a append record
B use-ascii record
l list-only record
P ftp-port= record
Q quote= record
t telnet-option= record
- compressed-ssh record
- disable-eprt record
- disable-epsv record
- ftp-account= record
- ftp-alternative-to-user= record
- ftp-create-dirs record
- ftp-method= record
- ftp-pasv record
- ftp-pret record
- ftp-skip-pasv-ip record
- ftp-ssl-ccc record
- ftp-ssl-ccc-mode= record
- ftp-ssl-control record
- hostpubmd5= record
- hostpubsha256= record
- pubkey= record
- mail-auth= record
- mail-from= record
- mail-rcpt= record
- mail-rcpt-allowfails record
- metalink record
- tftp-blksize= record
- tftp-no-options record
- variable= variable
- knownhosts= record
- out-null output
- parallel-max-host= ignore
- sigalgs= record
- dump-ca-embed ignore
- tls-earlydata record
- upload-flags= record
- follow ignore
- ssl-sessions= record
- ipfs-gateway= record
- httpsig= record
- httpsig-algorithm= record
- httpsig-headers= record
- httpsig-key= record
- httpsig-keyid= record
- ftp-ssl record
- ftp-ssl-reqd record
`;

const LONG = new Map<string, CurlOption>();
const SHORT = new Map<string, CurlOption>();
for (const line of TABLE.trim().split('\n')) {
  const [letter = '-', name = '', meaning = 'ignore'] = line.split(' ');
  const option: CurlOption = { meaning: meaning as CurlMeaning, value: name.endsWith('=') };
  LONG.set(name.replace('=', ''), option);
  if (letter !== '-') SHORT.set(letter, option);
}

/**
 * Finds a long option. curl takes any unambiguous beginning of a name, `--no-` before a switch, and a switch that is called `no-…` without it.
 * @param name without dashes
 */
export function longOption(name: string): CurlOption | undefined {
  const exact = LONG.get(name);
  if (exact !== undefined) return exact;
  const opposite = LONG.get(name.startsWith('no-') ? name.slice(3) : `no-${name}`);
  if (opposite?.value === false) return { meaning: 'ignore', value: false };
  if (name.startsWith('expand-')) {
    const option = longOption(name.slice(7));
    return option?.value === true ? { ...option, expand: true } : undefined;
  }
  const beginning = [...LONG.keys()].filter((other) => other.startsWith(name));
  const [only] = beginning;
  return beginning.length === 1 && only !== undefined ? LONG.get(only) : undefined;
}

/** curl's option of one letter, if it has it. */
export function shortOption(letter: string): CurlOption | undefined {
  return SHORT.get(letter);
}
