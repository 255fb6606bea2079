#include "tools/common/daemon_carrier.hpp"

#include <filesystem>
#include <mutex>
#include <utility>

#include "daemon/admin/admin_socket.hpp"
#include "daemon/admin/errors.hpp"

namespace ledger_bridge::tools {

namespace {

using nlohmann::json;

// The daemon's queue may hold signatures, and one APDU is waited for 15 s there.
constexpr std::chrono::seconds kAnswerTime{60};

class DaemonCarrier final : public Carrier {
public:
    DaemonCarrier(std::filesystem::path socket,
                  std::optional<std::string> device,
                  const Clock& clock)
        : socket_(std::move(socket)), device_(std::move(device)), clock_(clock) {}

    admin::Outcome run(const json& request, const admin::Emit& emit) override {
        auto client = admin::AdminClient::connect(socket_);
        if (!client) {
            return admin::failure_of(client.error());
        }
        auto addressed = request;
        if (device_) {
            addressed["device"] = *device_;
        }
        if (!register_client(&*client)) {
            return admin::failure_of(fail(admin::Errc::interrupted));
        }
        auto outcome = client->run(addressed, emit, clock_, kAnswerTime);
        register_client(nullptr);
        return outcome;
    }

    [[nodiscard]] Error cancelled_early() const override {
        return fail(admin::Errc::command_left_behind);
    }

    void cancel() override {
        const std::lock_guard lock(mutex_);
        cancelled_ = true;
        if (client_ != nullptr) {
            client_->cancel();
        }
    }

private:
    // False when cancel() came first.
    bool register_client(const admin::AdminClient* client) {
        const std::lock_guard lock(mutex_);
        client_ = client;
        return !cancelled_;
    }

    std::filesystem::path socket_;
    std::optional<std::string> device_;
    const Clock& clock_;
    std::mutex mutex_;  // guards the two below against cancel()
    const admin::AdminClient* client_ = nullptr;
    bool cancelled_ = false;
};

}  // namespace

Result<std::unique_ptr<Carrier>> find_daemon(const std::optional<std::string>& admin_socket,
                                             const std::optional<std::string>& device,
                                             const Clock& clock) {
    const auto places = admin::socket_places(admin_socket);
    for (const auto& socket : admin::admin_socket_candidates(places)) {
        const auto client = admin::AdminClient::connect(socket);
        if (client) {
            return std::unique_ptr<Carrier>(std::make_unique<DaemonCarrier>(socket, device, clock));
        }
        if (client.error().code == make_error_code(admin::Errc::daemon_forbidden)) {
            return client.error();
        }
    }
    return std::unique_ptr<Carrier>{};
}

}  // namespace ledger_bridge::tools
