// How many connections one listener serves, and of these how many of one client.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "driver/base/clock.hpp"
#include "driver/base/result.hpp"

namespace ledger_bridge::daemon {

// Used on the thread of the io_context.
class ClientLimit {
    struct Counts {
        std::size_t all = 0;
        std::map<std::string, std::size_t, std::less<>> of_client = {};
    };

public:
    // A place that is free again when this ends, or before; may outlive the limit.
    class Place {
    public:
        Place(const Place&) = delete;
        Place& operator=(const Place&) = delete;
        Place(Place&&) = default;
        Place& operator=(Place&&) = delete;
        ~Place();

        // Whose it is, or was.
        [[nodiscard]] const std::string& client() const { return client_; }
        // The second time does nothing.
        void give_back();

    private:
        friend class ClientLimit;
        Place(std::shared_ptr<Counts> counts, std::string client);

        std::shared_ptr<Counts> counts_;  // null when it was moved or given back
        std::string client_;
    };

    // At most `all` places, of which a client has at most `each`.
    ClientLimit(std::size_t all, std::size_t each) : all_(all), each_(each) {}

    // `client`: as origin_of() tells. Errors: too_many_connections, the detail says of whom.
    Result<Place> take(std::string client);
    // Places that are not free.
    [[nodiscard]] std::size_t taken() const { return counts_->all; }
    [[nodiscard]] std::size_t taken_by(std::string_view client) const;
    // It has as many as a client may have.
    [[nodiscard]] bool is_full(std::string_view client) const { return taken_by(client) >= each_; }

private:
    std::size_t all_;
    std::size_t each_;
    std::shared_ptr<Counts> counts_ = std::make_shared<Counts>();
};

// A connection that has a place and no request in work: its client is waited for.
struct Waiting {
    std::string_view client;
    TimePoint since;
};

}  // namespace ledger_bridge::daemon
