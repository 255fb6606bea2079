// The signing path: from a request to a signature that may leave, or the reason why not.
#pragma once

#include <functional>
#include <future>
#include <optional>

#include "apdu/keys.hpp"
#include "apdu/signature.hpp"
#include "daemon/device_session.hpp"
#include "daemon/floor/pause.hpp"
#include "daemon/floor/payload.hpp"
#include "daemon/floor/store_thread.hpp"
#include "daemon/floor/watermark.hpp"
#include "daemon/node/node_head.hpp"
#include "daemon/sign_job.hpp"
#include "daemon/signing_policy.hpp"

namespace ledger_bridge::daemon {

struct SignerOptions {
    SigningPolicy policy;
    std::uint32_t max_level_jump = 1000;
    std::chrono::milliseconds block_time{6000};
    // The head of a node that is on that chain, if there is one. Any thread.
    std::function<std::optional<node::NodeHead>(const apdu::ChainId&)> head =
        [](const apdu::ChainId&) { return std::optional<node::NodeHead>(); };
    // How long the device is waited for; longer than a request waits, because a late signature
    // is kept for the same bytes asked again.
    Duration device_time = std::chrono::seconds{15};
    // How long a commit is waited for after the device has answered.
    Duration commit_time = std::chrono::seconds{15};
};

// What is known about a request before the device is asked.
struct Ruling {
    floor::Payload payload;
    floor::MarkKey mark;
    floor::KnownMarks known;                // what it was allowed by
    std::optional<apdu::Signature> stored;  // the same bytes were signed before
    bool signed_before = false;             // ... and perhaps the signature was lost
    bool reveal = false;                    // of payload then only the digest says something
};

// A signature was made, for the log and the metrics.
struct SignatureReport {
    apdu::KeyHash key;
    floor::Payload payload;
    Duration device_time;
    Duration total_time;
};

// The thread that owns the device calls sign(); rule() may be called on any thread.
class Signer {
public:
    using Report = std::function<void(const SignatureReport&)>;
    using Pause = std::function<void(TimePoint)>;

    Signer(SignerOptions options,
           DeviceSession& session,
           floor::StoreThread& store,
           const Clock& clock,
           Report report);

    // Steps 1 to 4: message, policy, stored signature, watermark rule and level guard. Refuses
    // early and needs no device; the commit in sign() is what decides.
    // `device_chain`: the main chain of the device that holds the key, as far as it is known.
    [[nodiscard]] Result<Ruling> rule(const apdu::KeyHash& key,
                                      ByteView message,
                                      const apdu::ChainId& device_chain) const;

    // Every step, top to bottom; again when the connection failed and the deadline is not near.
    // `pause` waits until a time or until the daemon stops.
    // Blocks: until the job's deadline before the APDU, then for the device and the commit.
    Result<apdu::Signature> sign(const SignJob& job, const Pause& pause);

private:
    Result<apdu::Signature> sign_once(const SignJob& job, const Pause& pause);
    [[nodiscard]] floor::KnownMarks known_marks(const floor::MarkKey& mark) const;
    [[nodiscard]] Result<void> check_level(const floor::MarkKey& mark,
                                           apdu::Level level,
                                           const apdu::ChainId& device_chain) const;
    [[nodiscard]] Result<DeviceFacts> serving_device(const apdu::KeyHash& key) const;
    [[nodiscard]] Result<Ruling> rule_operation(const apdu::KeyHash& key,
                                                ByteView message,
                                                const apdu::ChainId& device_chain) const;
    Result<apdu::Signature> sign_reveal(const SignRequest& request,
                                        const Ruling& ruling,
                                        const apdu::PublicKey& key);
    Result<void> keep_forgotten_level();
    Result<apdu::Signature> ask_device(const SignRequest& request, const Ruling& ruling);
    void after_refusal(const Error& error);
    [[nodiscard]] Error device_refused(const Error& error, const Ruling& ruling) const;
    [[nodiscard]] Error not_committed(const Error& error, const floor::MarkKey& mark) const;
    void adopt_from_device();
    void note_signed(const floor::Payload& payload);
    [[nodiscard]] Result<void> wait_for(std::future<Result<void>>& commit) const;

    SignerOptions options_;
    DeviceSession& session_;
    floor::StoreThread& store_;
    const Clock& clock_;
    const floor::PauseClock pauses_;
    Report report_;
};

}  // namespace ledger_bridge::daemon
