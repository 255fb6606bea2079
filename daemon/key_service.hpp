// What clients ask about the keys served here, whichever protocol they speak.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "daemon/authentication.hpp"
#include "daemon/devices.hpp"
#include "daemon/floor/audit_limit.hpp"
#include "daemon/metrics.hpp"
#include "daemon/policy/key_policy.hpp"
#include "daemon/signing_policy.hpp"

namespace ledger_bridge::daemon {

struct KeyServiceOptions {
    Duration sign_deadline = std::chrono::seconds{4};
    bool list_known_keys = false;
    bool deterministic_nonces = false;
    SigningPolicy signing = {};
    KeyPolicies policies = {};
};

// A request for a signature or a nonce, as far as it was understood.
struct SignAsk {
    Result<apdu::KeyHash> key;
    Result<Bytes> message;
    Client client;  // its key is found out from the credential
    Credential credential = std::nullopt;
};

// Called once, on the main thread.
using SignDone = std::function<void(const Result<apdu::Signature>&)>;
using NonceDone = std::function<void(const Result<apdu::Digest>&)>;

// Main thread alone. Everything given by reference must outlive it.
class KeyService {
public:
    // Without `authentication` requests need none.
    KeyService(KeyServiceOptions options,
               std::optional<Authentication> authentication,
               boost::asio::io_context& io,
               Devices& devices,
               MetricsRegistry& metrics,
               const Clock& clock);

    // For requests to come; those in work keep their deadline.
    void use(KeyServiceOptions options, std::optional<Authentication> authentication);

    // Errors: unknown_key, no_device_yet, and those of the given key.
    [[nodiscard]] Result<HeldKey> find(const Result<apdu::KeyHash>& key) const;
    // Errors: known_keys_off.
    [[nodiscard]] Result<std::vector<apdu::KeyHash>> known_keys() const;
    // Who may ask for signatures; nothing: everybody.
    [[nodiscard]] std::optional<std::vector<apdu::KeyHash>> authorized_keys();

    // Whether pages that name no key may name those that are here: not where who asks for them must
    // show a key of his own, unless known_keys lists them all the same.
    [[nodiscard]] bool names_keys() const { return !authentication_ || options_.list_known_keys; }

    [[nodiscard]] const KeyPolicies& policies() const { return options_.policies; }

    // Answers within sign_deadline, always. Who may not ask learns nothing about keys.
    void sign(const SignAsk& ask, const SignDone& done);

    [[nodiscard]] bool gives_nonces() const { return options_.deterministic_nonces; }
    // A secret that the device makes of the key and the message, the same each time. It waits its
    // turn at the device and is answered within sign_deadline. It signs nothing and moves no mark.
    // Errors: nonces_off, those of sign() about who asks for which key, no_device_yet.
    void nonce(const SignAsk& ask, const NonceDone& done);

    // Requests for the device that have no answer yet.
    [[nodiscard]] std::size_t unanswered() const { return unanswered_; }

private:
    struct Admitted {
        HeldKey held;
        Client client;
    };

    [[nodiscard]] Result<Admitted> admit(const SignAsk& ask, const PolicyCheck& allows);
    [[nodiscard]] Result<Client> authenticate(const SignAsk& ask);
    [[nodiscard]] DeviceThread& device_of(const HeldKey& held) const;
    void submit(const SignAsk& ask, const Admitted& admitted, const SignDone& done);
    // What the device's thread calls; `done` is called once on the main thread, at the deadline if
    // nothing came until then.
    template <class Value>
    std::function<void(const Result<Value>&)> awaited(
        const Deadline& deadline, std::function<void(const Result<Value>&)> done);
    // Counts an error, and logs it unless too many were.
    void note(std::string_view what, const apdu::KeyHash& key, const std::optional<Error>& error);

    KeyServiceOptions options_;
    std::optional<Authentication> authentication_;
    boost::asio::io_context& io_;
    Devices& devices_;
    MetricsRegistry& metrics_;
    const Clock& clock_;
    floor::AuditLimit log_limit_;
    std::size_t unanswered_ = 0;
    bool nonce_in_work_ = false;
};

// "tz1…", "tz2…", "tz3…". Errors: tz4_refused, bad_key, bad_base58.
Result<apdu::KeyHash> served_key_hash(std::string_view text);

}  // namespace ledger_bridge::daemon
