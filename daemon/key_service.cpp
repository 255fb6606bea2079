#include "daemon/key_service.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "daemon/errors.hpp"
#include "daemon/nonce.hpp"

namespace ledger_bridge::daemon {

namespace {

// The answer must be on the wire, not on its way there, when the deadline comes.
constexpr Duration kAnswerTime = std::chrono::milliseconds{50};

std::string gap_text(std::uint64_t left_out) {
    return left_out == 0 ? "" : fmt::format(" ({} before this were not logged)", left_out);
}

Duration waiting_time(Duration sign_deadline) {
    return sign_deadline - std::min(kAnswerTime, sign_deadline / 10);
}

}  // namespace

KeyService::KeyService(KeyServiceOptions options,
                       std::optional<Authentication> authentication,
                       boost::asio::io_context& io,
                       Devices& devices,
                       MetricsRegistry& metrics,
                       const Clock& clock)
    : options_(std::move(options)),
      authentication_(std::move(authentication)),
      io_(io),
      devices_(devices),
      metrics_(metrics),
      clock_(clock) {}

void KeyService::use(KeyServiceOptions options, std::optional<Authentication> authentication) {
    options_ = std::move(options);
    authentication_ = std::move(authentication);
}

Result<HeldKey> KeyService::find(const Result<apdu::KeyHash>& key) const {
    return key ? devices_.find(*key) : key.error();
}

Result<std::vector<apdu::KeyHash>> KeyService::known_keys() const {
    if (!options_.list_known_keys) {
        return fail(Errc::known_keys_off);
    }
    std::vector<apdu::KeyHash> hashes;
    for (const auto& held : devices_.keys()) {
        hashes.push_back(held.key.hash());
    }
    return hashes;
}

std::optional<std::vector<apdu::KeyHash>> KeyService::authorized_keys() {
    return authentication_ ? std::optional(authentication_->key_hashes()) : std::nullopt;
}

void KeyService::sign(const SignAsk& ask, const SignDone& done) {
    // What is signed for nobody is refused in octez-signer's words, whatever the tables say.
    const auto allows = [this](const auto& policies,
                               const apdu::KeyHash& key,
                               const Client& client,
                               ByteView message) -> Result<void> {
        if (const auto kind = check_magic_byte(options_.signing, message); !kind) {
            return operation_refused(key, message, kind.error());
        }
        return check_policy(policies, key, client, message);
    };
    const auto admitted = admit(ask, allows);
    if (!admitted) {
        return done(admitted.error());
    }
    submit(ask, *admitted, done);
}

// In this order, so that who may not ask learns nothing about keys, and who may not have this
// signed changes nothing: neither a mark is committed nor the device asked.
Result<KeyService::Admitted> KeyService::admit(const SignAsk& ask, const PolicyCheck& allows) {
    const auto client = authenticate(ask);
    if (!client) {
        return client.error();
    }
    const auto held = find(ask.key);
    if (!held || !ask.message) {
        return held ? ask.message.error() : held.error();
    }
    const auto allowed = allows(options_.policies, *ask.key, *client, *ask.message);
    if (!allowed) {
        note("permission", *ask.key, allowed.error());
        device_of(*held).note_refusal(*ask.key, *ask.message, allowed.error());
        return allowed.error();
    }
    return Admitted{*held, *client};
}

// Without a message nobody can show who he is, so that comes before whether the key is known.
Result<Client> KeyService::authenticate(const SignAsk& ask) {
    auto client = ask.client;
    if (!authentication_) {
        return client;
    }
    if (!ask.key || !ask.message) {
        return ask.key ? ask.message.error() : ask.key.error();
    }
    const auto key = authentication_->check(*ask.key, *ask.message, ask.credential);
    if (!key) {
        metrics_.count_refusal(key.error());
        return key.error();
    }
    client.key = *key;
    return client;
}

// Without its device the key is still subject to every check, and stored signatures are given.
DeviceThread& KeyService::device_of(const HeldKey& held) const {
    return held.device != nullptr ? *held.device : *devices_.threads().front();
}

void KeyService::submit(const SignAsk& ask, const Admitted& admitted, const SignDone& done) {
    const auto received = clock_.now();
    const Deadline deadline(clock_, received + waiting_time(options_.sign_deadline));
    const auto completion = awaited<apdu::Signature>(
        deadline, [this, key = *ask.key, done](const Result<apdu::Signature>& signature) {
            note("signature", key, signature ? std::nullopt : std::optional(signature.error()));
            done(signature);
        });
    const SignRequest request{
        *ask.key, *ask.message, received, deadline, admitted.client.identity()};
    device_of(admitted.held).submit(request, admitted.held.chain, completion);
}

void KeyService::nonce(const SignAsk& ask, const NonceDone& done) {
    const auto admitted =
        options_.deterministic_nonces ? admit(ask, check_nonce_policy) : fail(Errc::nonces_off);
    if (!admitted) {
        return done(admitted.error());
    }
    // One at a time: whoever asks without end delays a signature by one of them.
    if (nonce_in_work_) {
        return done(fail(Errc::queue_full));
    }
    auto* const device = admitted->held.device;
    if (device == nullptr) {
        return done(fail(Errc::device_absent));
    }
    const auto deadline = Deadline(clock_, clock_.now() + waiting_time(options_.sign_deadline));
    nonce_in_work_ = true;
    const auto completion = awaited<apdu::Digest>(
        deadline, [this, key = *ask.key, done](const Result<apdu::Digest>& nonce) {
            nonce_in_work_ = false;
            note("nonce", key, nonce ? std::nullopt : std::optional(nonce.error()));
            done(nonce);
        });
    const auto queued = device->operate(make_nonce({*ask.key, *ask.message, deadline}, completion));
    if (!queued) {
        completion(queued.error());
    }
}

template <class Value>
std::function<void(const Result<Value>&)> KeyService::awaited(
    const Deadline& deadline, std::function<void(const Result<Value>&)> done) {
    ++unanswered_;
    const auto timer = std::make_shared<boost::asio::steady_timer>(io_, deadline.at());
    // The first answer empties it.
    const auto waiting =
        std::make_shared<std::function<void(const Result<Value>&)>>(std::move(done));
    const auto answer = [this, timer, waiting](const Result<Value>& result) {
        if (const auto first = std::exchange(*waiting, nullptr)) {
            timer->cancel();
            --unanswered_;
            first(result);
        }
    };
    timer->async_wait([answer](const error_code& cancelled) {
        if (!cancelled) {
            answer(fail(Errc::deadline_passed));
        }
    });
    return [this, answer](const Result<Value>& result) {
        boost::asio::post(io_, [answer, result] { answer(result); });
    };
}

void KeyService::note(std::string_view what,
                      const apdu::KeyHash& key,
                      const std::optional<Error>& error) {
    if (!error) {
        return;
    }
    metrics_.count_refusal(*error);
    if (const auto left_out = log_limit_.admit(clock_.now())) {
        spdlog::warn("no {} for {}: {}{}", what, key.text(), error->text(), gap_text(*left_out));
    }
}

Result<apdu::KeyHash> served_key_hash(std::string_view text) {
    if (text.starts_with("tz4")) {
        return fail(Errc::tz4_refused, std::string(text));
    }
    return apdu::parse_key_hash(text);
}

}  // namespace ledger_bridge::daemon
