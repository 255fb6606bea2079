// One device, its queue, and the one thread that ever talks to it.
#pragma once

#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <thread>

#include "daemon/device_queue.hpp"
#include "daemon/device_session.hpp"
#include "daemon/signer.hpp"

namespace ledger_bridge::daemon {

struct DeviceThreadOptions {
    std::string thread_name;  // at most 15 characters, shown by ps -T
    std::size_t queue_limit = 32;
    std::size_t client_queue_limit = 8;
    SessionOptions session;
    SignerOptions signer;
};

struct DeviceThreadEvents {
    SessionEvents session;
    Signer::Report signed_one;
};

// Public members may be called on any thread.
class DeviceThread {
public:
    // What an operation that has the device show a question says and asks.
    struct Prompt {
        std::function<void()> opens;  // called right before
        // The answer was lost: returns when the device was identified again, or is in a state that
        // does not end by itself, or the daemon stops. However long a person takes.
        std::function<void()> wait_until_gone;
    };
    // Runs on the device's thread.
    using Operation = std::function<void(DeviceSession& session, const Prompt& prompt)>;

    DeviceThread(DeviceThreadOptions options,
                 Opener opener,
                 floor::StoreThread& store,
                 const Clock& clock,
                 DeviceThreadEvents events);
    DeviceThread(const DeviceThread&) = delete;
    DeviceThread& operator=(const DeviceThread&) = delete;
    DeviceThread(DeviceThread&&) = delete;
    DeviceThread& operator=(DeviceThread&&) = delete;
    // Stops: waiting requests are refused, an exchange in progress is ended.
    ~DeviceThread();

    void start();
    void stop();

    [[nodiscard]] SnapshotPointer snapshot() const { return session_.snapshot(); }
    [[nodiscard]] std::size_t waiting() const { return queue_.waiting(); }
    // Requests for this key are here, and others for it must come after them.
    [[nodiscard]] bool holds(const apdu::KeyHash& key) const { return queue_.holds(key); }
    // Something happened on USB: look at the device now.
    void wake() { queue_.wake(); }
    // The thread does what it should: it waits for work, or is not later than its work allows.
    [[nodiscard]] bool alive() const;

    // Answers at once what needs no device (refusals, stored signatures, states that do not end
    // by themselves) and queues the rest. `device_chain` as in Signer::rule.
    void submit(const SignRequest& request,
                const apdu::ChainId& device_chain,
                const SignCompletion& completion);
    // Logs a verdict that was found before submit().
    void note_refusal(const apdu::KeyHash& key, ByteView message, const Error& error);
    // Queues an operator's command behind what waits already. Errors: stopping; prompting while a
    // question is open on the screen.
    Result<void> operate(Operation operation);

private:
    // The same completion, which also logs what is not a signature.
    [[nodiscard]] SignCompletion logged(const SignRequest& request, SignCompletion completion);
    [[nodiscard]] Result<void> may_wait() const;
    void note(const apdu::KeyHash& key,
              ByteView message,
              std::string_view verdict,
              std::string_view reason);
    void run();
    void serve();
    void sign(SignJob& job);
    void open_prompt();
    void wait_until_prompt_gone();
    void expect_back_in(Duration time);

    DeviceThreadOptions options_;
    floor::StoreThread& store_;
    const Clock& clock_;
    DeviceQueue queue_;
    DeviceSession session_;
    Signer signer_;
    // Since the clock's epoch; until then the thread may be silent.
    std::atomic<Duration::rep> back_at_;
    std::thread thread_;
};

}  // namespace ledger_bridge::daemon
