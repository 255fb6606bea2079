// What the HTTPS listener shows to its clients, and asks of them.
#pragma once

#include <memory>

#include "daemon/config/tls_files.hpp"
#include "driver/base/result.hpp"

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
// `files` has a certificate and a key. Warns in the log when the certificate is not valid now.
// Errors: tls_file, tls_key_open, tls_key_encrypted, tls_pair, each with option and path.
Result<TlsContext> load_tls(const TlsFiles& files);

}  // namespace ledger_bridge::daemon
