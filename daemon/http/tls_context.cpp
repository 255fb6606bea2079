#include "daemon/http/tls_context.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <ctime>
#include <string>

#include <boost/asio/ssl/context.hpp>
#include <fmt/format.h>
#include <openssl/ssl.h>

#include "daemon/errors.hpp"
#include "daemon/logging.hpp"
#include "driver/base/bytes.hpp"

namespace ledger_bridge::daemon {

namespace {

namespace ssl = boost::asio::ssl;

constexpr auto* kCiphers = "ECDHE+AESGCM:ECDHE+CHACHA20";  // of TLS 1.2; those of 1.3 are all good
// A server that asks for certificates resumes sessions only under a name.
constexpr std::string_view kSessionName = "ledger-bridge";

Error unusable(std::string_view option, const std::string& path, const std::string& why) {
    return fail(Errc::tls_file, fmt::format("{}: {}: {}", option, path, why));
}

// What OpenSSL says of a file that is missing is about OpenSSL.
Result<void> readable(std::string_view option, const std::string& path) {
    if (::access(path.c_str(), R_OK) == 0) {
        return {};
    }
    return unusable(option, path, error_code(errno, boost::system::generic_category()).message());
}

Result<void> load_key(ssl::context& context, const std::string& path) {
    if (auto read = readable("tls-key", path); !read) {
        return read;
    }
    struct stat file {};
    if (::stat(path.c_str(), &file) == 0 && (file.st_mode & S_IRWXO) != 0) {
        return fail(Errc::tls_key_open, path);
    }
    const auto asked = std::make_shared<bool>(false);
    context.set_password_callback([asked](std::size_t, ssl::context::password_purpose) {
        *asked = true;
        return std::string();
    });
    error_code status;
    context.use_private_key_file(path, ssl::context::pem, status);
    if (*asked) {
        return fail(Errc::tls_key_encrypted, path);
    }
    return status ? unusable("tls-key", path, status.message()) : Result<void>();
}

// After the key: OpenSSL then lets go of one that does not fit.
Result<void> load_certificate(ssl::context& context, const TlsFiles& files) {
    if (auto read = readable("tls-certificate", *files.certificate); !read) {
        return read;
    }
    error_code status;
    context.use_certificate_chain_file(*files.certificate, status);
    if (status) {
        return unusable("tls-certificate", *files.certificate, status.message());
    }
    if (SSL_CTX_check_private_key(context.native_handle()) != 1) {
        return fail(Errc::tls_pair, fmt::format("{} and {}", *files.certificate, *files.key));
    }
    return {};
}

Result<void> load_client_ca(ssl::context& context, const std::string& path) {
    if (auto read = readable("tls-client-ca", path); !read) {
        return read;
    }
    error_code status;
    context.load_verify_file(path, status);
    // The names that clients are told, for those that have several certificates.
    auto* const names = status ? nullptr : SSL_load_client_CA_file(path.c_str());
    if (names == nullptr) {
        return unusable("tls-client-ca", path, status ? status.message() : "no certificate");
    }
    SSL_CTX_set_client_CA_list(context.native_handle(), names);
    context.set_verify_mode(ssl::verify_peer | ssl::verify_fail_if_no_peer_cert, status);
    return {};
}

Result<void> restrict(ssl::context& context) {
    auto* const handle = context.native_handle();
    SSL_CTX_set_options(
        handle, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE);
    const bool done =
        SSL_CTX_set_min_proto_version(handle, TLS1_2_VERSION) == 1 &&
        SSL_CTX_set_cipher_list(handle, kCiphers) == 1 &&
        SSL_CTX_set_session_id_context(handle,
                                       reinterpret_cast<const unsigned char*>(kSessionName.data()),
                                       kSessionName.size()) == 1;
    return done ? Result<void>() : fail(Errc::internal, "OpenSSL refuses its settings");
}

void warn_unless_begun(ssl::context& context, const std::string& path) {
    const auto* const certificate = SSL_CTX_get0_certificate(context.native_handle());
    if (X509_cmp_current_time(X509_get0_notBefore(certificate)) > 0) {
        logger("http")->warn("the certificate {} is not valid yet; look at this machine's clock",
                             path);
    }
}

}  // namespace

std::string certificate_digest(const X509& certificate) {
    std::array<std::uint8_t, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    const bool done = X509_digest(&certificate, EVP_sha256(), digest.data(), &size) == 1;
    return done ? to_hex(ByteView(digest).first(size)) : std::string();
}

Result<TlsContext> load_tls(const TlsFiles& files) {
    auto context = std::make_shared<ssl::context>(ssl::context::tls_server);
    if (const auto done = restrict(*context); !done) {
        return done.error();
    }
    if (const auto done = load_key(*context, *files.key); !done) {
        return done.error();
    }
    if (const auto done = load_certificate(*context, files); !done) {
        return done.error();
    }
    if (files.client_ca) {
        if (const auto done = load_client_ca(*context, *files.client_ca); !done) {
            return done.error();
        }
    }
    warn_unless_begun(*context, *files.certificate);
    return context;
}

std::set<std::string> client_authorities(const TlsContext& context) {
    std::set<std::string> found;
    const auto* const objects =
        X509_STORE_get0_objects(SSL_CTX_get_cert_store(context->native_handle()));
    for (int i = 0; i < sk_X509_OBJECT_num(objects); ++i) {
        const auto* const certificate = X509_OBJECT_get0_X509(sk_X509_OBJECT_value(objects, i));
        if (certificate != nullptr) {
            found.insert(certificate_digest(*certificate));
        }
    }
    return found;
}

WallTime valid_until(const TlsContext& context) {
    const auto* const certificate = SSL_CTX_get0_certificate(context->native_handle());
    std::tm end{};
    ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &end);
    return std::chrono::system_clock::from_time_t(::timegm(&end));
}

}  // namespace ledger_bridge::daemon
