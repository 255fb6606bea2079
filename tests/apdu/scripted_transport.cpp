#include "tests/apdu/scripted_transport.hpp"

#include <gtest/gtest.h>

#include "tests/apdu/test_data.hpp"

namespace ledger_bridge::apdu {

void ScriptedTransport::expect(std::string apdu, std::string answer) {
    steps_.push_back({std::move(apdu), unhex(answer)});
}

void ScriptedTransport::expect_failure(std::string apdu, driver::Errc code) {
    steps_.push_back({std::move(apdu), fail(code, "scripted")});
}

Result<Bytes> ScriptedTransport::exchange(ByteView apdu, const Deadline& /*deadline*/) {
    ++sent_;
    if (steps_.empty()) {
        ADD_FAILURE() << "nothing more was expected, but " << to_hex(apdu);
        return fail(driver::Errc::disconnected);
    }
    const auto step = std::move(steps_.front());
    steps_.pop_front();
    EXPECT_EQ(to_hex(apdu), step.apdu);
    return step.answer;
}

Result<std::size_t> ScriptedTransport::drain(Duration /*quiet*/) {
    return std::size_t{0};
}

}  // namespace ledger_bridge::apdu
