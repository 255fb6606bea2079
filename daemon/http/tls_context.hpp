// What the HTTPS listener shows to its clients, and asks of them.
#pragma once

#include <memory>
#include <set>
#include <string>

#include "daemon/config/tls_files.hpp"
#include "driver/base/clock.hpp"
#include "driver/base/result.hpp"

struct x509_st;  // OpenSSL's X509

namespace boost::asio::ssl {
class context;
}  // namespace boost::asio::ssl

namespace ledger_bridge::daemon {

// Connections keep the one that they began with.
using TlsContext = std::shared_ptr<boost::asio::ssl::context>;

// TLS 1.2 with ECDHE and AEAD alone, and TLS 1.3; neither compression nor renegotiation. With a
// client CA a client has to show a certificate that chains to it. A session can be resumed only
// within one context, so a new context asks everybody for his certificate again.
//
// `files` has a certificate and a key. Warns in the log when the certificate is not valid yet.
// Errors: tls_file, tls_key_open, tls_key_encrypted, tls_pair, each with option and path.
Result<TlsContext> load_tls(const TlsFiles& files);

// SHA-256 of its DER form, in lower-case hexadecimal; empty when memory is missing.
std::string certificate_digest(const x509_st& certificate);

// The digest of each certificate that a client's may chain to; none when clients need
// none.
std::set<std::string> client_authorities(const TlsContext& context);

// When the certificate ends, as it says itself.
WallTime valid_until(const TlsContext& context);

}  // namespace ledger_bridge::daemon
