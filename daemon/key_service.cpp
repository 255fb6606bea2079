#include "daemon/key_service.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <spdlog/spdlog.h>

#include "daemon/errors.hpp"

namespace ledger_bridge::daemon {

namespace {

// The answer must be on the wire, not on its way there, when the deadline comes.
constexpr Duration kAnswerTime = std::chrono::milliseconds{50};

Duration waiting_time(Duration sign_deadline) {
    return sign_deadline - std::min(kAnswerTime, sign_deadline / 10);
}

}  // namespace

// A request whose answer comes from the device's thread or, failing that, from the timer.
struct KeyService::Pending {
    Pending(boost::asio::io_context& io, apdu::KeyHash key_hash, SignDone answer)
        : key(key_hash), done(std::move(answer)), timer(io) {}

    apdu::KeyHash key;
    SignDone done;  // empty once called
    boost::asio::steady_timer timer;
};

KeyService::KeyService(KeyServiceOptions options,
                       std::optional<Authentication> authentication,
                       boost::asio::io_context& io,
                       Devices& devices,
                       MetricsRegistry& metrics,
                       const Clock& clock)
    : options_(options),
      authentication_(std::move(authentication)),
      io_(io),
      devices_(devices),
      metrics_(metrics),
      clock_(clock) {}

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

void KeyService::sign(const SignAsk& ask, SignDone done) {
    const auto held = admit(ask);
    if (!held) {
        return done(held.error());
    }
    submit(ask, *held, std::move(done));
}

// Without a message nobody can show who he is, so that comes before whether the key is known.
Result<HeldKey> KeyService::admit(const SignAsk& ask) {
    if (authentication_) {
        if (!ask.key || !ask.message) {
            return ask.key ? ask.message.error() : ask.key.error();
        }
        if (const auto may = authentication_->check(*ask.key, *ask.message, ask.credential); !may) {
            metrics_.count_refusal(may.error());
            return may.error();
        }
    }
    auto held = find(ask.key);
    return held && !ask.message ? ask.message.error() : held;
}

void KeyService::submit(const SignAsk& ask, const HeldKey& held, SignDone done) {
    const auto received = clock_.now();
    const Deadline deadline(clock_, received + waiting_time(options_.sign_deadline));
    const auto pending = std::make_shared<Pending>(io_, *ask.key, std::move(done));
    ++unanswered_;
    pending->timer.expires_at(deadline.at());
    pending->timer.async_wait([this, pending](const error_code& cancelled) {
        if (!cancelled) {
            finish(*pending, fail(Errc::deadline_passed));
        }
    });
    const auto completion = [this, pending](const Result<apdu::Signature>& result) {
        boost::asio::post(io_, [this, pending, result] { finish(*pending, result); });
    };
    // Without its device the key is still subject to every check, and stored signatures are given.
    auto& device = held.device != nullptr ? *held.device : *devices_.threads().front();
    device.submit({*ask.key, *ask.message, received, deadline}, held.chain, completion);
}

void KeyService::finish(Pending& pending, const Result<apdu::Signature>& result) {
    if (!pending.done) {
        return;  // the deadline was quicker, or the signature
    }
    pending.timer.cancel();
    --unanswered_;
    const auto done = std::exchange(pending.done, nullptr);
    if (!result) {
        metrics_.count_refusal(result.error());
        spdlog::warn("no signature for {}: {}", pending.key.text(), result.error().text());
    }
    done(result);
}

Result<apdu::KeyHash> served_key_hash(std::string_view text) {
    if (text.starts_with("tz4")) {
        return fail(Errc::tz4_refused, std::string(text));
    }
    return apdu::parse_key_hash(text);
}

}  // namespace ledger_bridge::daemon
