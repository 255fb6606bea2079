#include "daemon/http/http_duty.hpp"

#include <utility>

#include <boost/asio/post.hpp>

#include "daemon/errors.hpp"
#include "daemon/http/answers.hpp"
#include "daemon/http/http_connection.hpp"

namespace ledger_bridge::daemon {

namespace {

class Duty {
public:
    Duty(const std::shared_ptr<HttpConnection>& connection, std::uint64_t serial)
        : connection_(connection), serial_(serial) {}
    Duty(const Duty&) = delete;
    Duty& operator=(const Duty&) = delete;
    Duty(Duty&&) = delete;
    Duty& operator=(Duty&&) = delete;

    // Only memory can be missing here, and then the process ends anyway.
    // NOLINTNEXTLINE(bugprone-exception-escape)
    ~Duty() {
        const auto connection = connection_.lock();
        if (!done_ && connection != nullptr) {
            boost::asio::post(connection->executor(), [weak = connection_, serial = serial_] {
                if (const auto open = weak.lock()) {
                    open->answer(serial, error_answer(fail(Errc::internal, "no answer was given")));
                }
            });
        }
    }

    void answer(HttpAnswer answer) {
        done_ = true;
        if (const auto connection = connection_.lock()) {
            connection->answer(serial_, std::move(answer));
        }
    }

private:
    // Weak: the server may be gone when a late answer comes.
    std::weak_ptr<HttpConnection> connection_;
    std::uint64_t serial_;
    bool done_ = false;
};

}  // namespace

Respond make_respond(const std::shared_ptr<HttpConnection>& connection, std::uint64_t serial) {
    const auto duty = std::make_shared<Duty>(connection, serial);
    return [duty](HttpAnswer answer) { duty->answer(std::move(answer)); };
}

}  // namespace ledger_bridge::daemon
