// One daemon beside a desk, without its network: what the device knows, the floor adopts, the
// signer keeps to.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "daemon/floor/reveal.hpp"
#include "daemon/floor/sqlite_store.hpp"
#include "daemon/floor/store_thread.hpp"
#include "daemon/mark_keeper.hpp"
#include "daemon/signer.hpp"
#include "tests/daemon/desk.hpp"
#include "tests/floor/messages.hpp"
#include "tests/floor/temporary_directory.hpp"

namespace ledger_bridge::daemon::test {

using floor::test::Block;
using floor::test::Vote;

inline constexpr std::uint32_t kMainnet = 0x7a06a770;
inline constexpr std::uint32_t kGhostnet = 0xaf1864d9;
inline constexpr std::uint32_t kOtherTestnet = 0x01234567;

// One daemon on a directory that outlives it.
class Host {
public:
    Host(Desk& desk, const std::filesystem::path& directory)
        : desk_(desk), floor_(open(directory)) {
        SignerOptions options;
        options.policy.chains.insert(apdu::kGhostnet);
        options.policy.chains.insert(apdu::ChainId{{0x01, 0x23, 0x45, 0x67}});  // kOtherTestnet
        options.policy.magic_bytes.insert(floor::kOperationMagic);
        signer_ = std::make_unique<Signer>(
            options, session_, *floor_, desk.clock(), [](const SignatureReport&) {});
    }

    void step() {
        desk_.clock().advance_to(session_.next_step());
        session_.step(Deadline::after(desk_.clock(), std::chrono::seconds{15}));
    }
    std::string state() const { return std::string(state_name(session_.snapshot()->state)); }

    Result<apdu::Signature> sign(const Bytes& message) {
        const auto now = desk_.clock().now();
        SignJob job({.key = key(),
                     .message = message,
                     .received = now,
                     .deadline = Deadline(desk_.clock(), now + std::chrono::seconds{4})},
                    [](const Result<apdu::Signature>&) {});
        return signer_->sign(job, [this](TimePoint until) { desk_.clock().advance_to(until); });
    }

    std::optional<std::uint32_t> adopted(const apdu::ChainId& chain) const {
        const auto row = floor_->adopted(key(), chain);
        return row ? std::optional(row->level.value) : std::nullopt;
    }
    // Everything asked of the store before has been written when this returns.
    void settle() { floor_->remember_device(record()).wait(); }
    // Readings do not wait for it.
    floor::DeviceRecord record() const {
        while (floor_->devices().empty()) {
            std::this_thread::yield();
        }
        return floor_->devices().front();
    }
    floor::StoreThread& floor() { return *floor_; }
    DeviceSession& session() { return session_; }
    FailingStore& store() { return *store_; }
    std::vector<std::string> alarms;

    static apdu::KeyHash key() {
        return *apdu::parse_key_hash("tz1RVYaHiobUKXMfJ47F7Rjxx5tu3LC35WSA");
    }

private:
    std::unique_ptr<floor::StoreThread> open(const std::filesystem::path& directory) {
        auto failing =
            std::make_unique<FailingStore>(std::move(*floor::open_sqlite_store(directory)));
        store_ = failing.get();
        return std::move(*floor::StoreThread::start(
            std::move(failing), desk_.clock(), {.probe_every = std::chrono::milliseconds{1}}));
    }

    Desk& desk_;
    FailingStore* store_ = nullptr;
    std::unique_ptr<floor::StoreThread> floor_;
    DeviceSession session_{{.device = "desk"},
                           desk_.opener(),
                           {.admit = mark_keeper(*floor_, desk_.clock()),
                            .alarm = [this](const std::string& what) { alarms.push_back(what); }},
                           desk_.clock()};
    std::unique_ptr<Signer> signer_;
};

class AdoptionTest : public testing::Test {
protected:
    void start() {
        host_ = nullptr;
        host_ = std::make_unique<Host>(desk_, directory_.path());
        host_->step();
    }

    static Bytes attestation(std::uint32_t level, std::uint32_t round = 0, std::uint8_t dal = 0) {
        return Vote{.operation = 0x17, .level = level, .round = round, .dal = {dal}}.bytes();
    }
    static Bytes block(std::uint32_t level, std::uint32_t round = 0) {
        return Block{.level = level, .fitness_level = level, .round = round}.bytes();
    }
    // Under the test mark of a device for mainnet.
    static Bytes ghostnet_block(std::uint32_t level, std::uint32_t round) {
        return Block{.chain = kGhostnet, .level = level, .fitness_level = level, .round = round}
            .bytes();
    }
    static Bytes ghostnet_vote(std::uint32_t level, std::uint32_t round, std::uint8_t dal) {
        return Vote{
            .chain = kGhostnet, .operation = 0x17, .level = level, .round = round, .dal = {dal}}
            .bytes();
    }
    Bytes reveal() const {
        const auto key = *host_->session().snapshot()->facts->key;
        ByteWriter out;
        out.u8(floor::kOperationMagic).bytes(Bytes(32)).u8(0x6b).u8(0).bytes(key.hash().hash);
        return out.bytes(Bytes{1, 1, 1, 1, 0}).bytes(key.raw()).take();
    }
    static std::string id(const Result<apdu::Signature>& result) {
        return result ? "signed" : result.error().id();
    }

    floor::test::TemporaryDirectory directory_;
    Desk desk_;
    std::unique_ptr<Host> host_;
};

}  // namespace ledger_bridge::daemon::test
