#include "daemon/http/http_stream.hpp"

#include <memory>

#include <openssl/ssl.h>

namespace ledger_bridge::daemon {

namespace {

struct FreeCertificate {
    void operator()(X509* certificate) const { X509_free(certificate); }
};

}  // namespace

HttpStream::HttpStream(Socket socket, TlsContext tls)
    : socket_(std::move(socket)), context_(std::move(tls)) {
    if (context_) {
        tls_.emplace(socket_, *context_);
    }
}

void HttpStream::handshake(Done done) {
    tls_->async_handshake(boost::asio::ssl::stream_base::server, std::move(done));
}

void HttpStream::shut_down(Done done) {
    if (tls_) {
        tls_->async_shutdown(std::move(done));
    } else {
        done({});
    }
}

std::string HttpStream::client_certificate() {
    const std::unique_ptr<X509, FreeCertificate> certificate(
        tls_ ? SSL_get1_peer_certificate(tls_->native_handle()) : nullptr);
    return certificate ? certificate_digest(*certificate) : std::string();
}

}  // namespace ledger_bridge::daemon
