#include "daemon/nonce.hpp"

#include <utility>

#include "daemon/errors.hpp"

namespace ledger_bridge::daemon {

namespace {

// The path of the key, as long as the device is set up for it.
Result<apdu::AuthorizedKey> path_of(const DeviceSession& session, const apdu::KeyHash& key) {
    const auto snapshot = session.snapshot();
    if (!snapshot->serves()) {
        return snapshot->refusal();
    }
    const auto& facts = snapshot->facts;
    if (!facts || !facts->key || !facts->authorized || facts->key->hash() != key) {
        return fail(Errc::unknown_key, key.text());
    }
    return *facts->authorized;
}

Result<apdu::Digest> ask_device(DeviceSession& session, const NonceRequest& request) {
    if (request.deadline.passed()) {
        return fail(Errc::deadline_passed);
    }
    const auto key = path_of(session, request.key);
    if (!key) {
        return key.error();
    }
    const auto app = session.app();
    if (!app) {
        return app.error();
    }
    auto nonce = (*app)->hmac(*key, request.message, request.deadline);
    if (!nonce) {
        session.observe(nonce.error());
    }
    return nonce;
}

}  // namespace

DeviceThread::Operation make_nonce(NonceRequest request, NonceCompletion completion) {
    return [request = std::move(request), completion = std::move(completion)](
               DeviceSession& session, const DeviceThread::Prompt& /*prompt*/) {
        completion(ask_device(session, request));
    };
}

}  // namespace ledger_bridge::daemon
