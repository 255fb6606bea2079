#include "driver/device_lock.hpp"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

#include <gtest/gtest.h>

#include "tests/driver/usb_tree.hpp"

namespace ledger_bridge::driver {
namespace {

namespace fs = std::filesystem;

class DeviceLocks : public testing::Test {
protected:
    [[nodiscard]] fs::path directory() const { return tree.root() / "dev"; }

    test::UsbTree tree;
};

TEST_F(DeviceLocks, OneHolderAtATimeWhoIsNamed) {
    auto first = DeviceLock::take(directory(), "1-1.2");
    ASSERT_TRUE(first) << first.error().text();
    const auto second = DeviceLock::take(directory(), "1-1.2");
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, Errc::device_busy);
    const auto pid = "process " + std::to_string(::getpid());
    EXPECT_NE(second.error().detail.find(pid), std::string::npos) << second.error().detail;
    EXPECT_NE(second.error().detail.find("test, "), std::string::npos) << second.error().detail;
}

TEST_F(DeviceLocks, GoesWithItsObject) {
    { ASSERT_TRUE(DeviceLock::take(directory(), "1-1.2")); }
    EXPECT_TRUE(DeviceLock::take(directory(), "1-1.2"));
}

TEST_F(DeviceLocks, EachDeviceHasItsOwn) {
    const auto first = DeviceLock::take(directory(), "1-1");
    const auto second = DeviceLock::take(directory(), "1-1.2");
    EXPECT_TRUE(first);
    EXPECT_TRUE(second);
}

// A process that holds the lock ends without giving it back.
TEST_F(DeviceLocks, GoesWithAProcessThatIsKilled) {
    const auto child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        auto lock = DeviceLock::take(directory(), "1-1");
        ::_exit(lock ? 0 : 1);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_EQ(status, 0);
    EXPECT_TRUE(DeviceLock::take(directory(), "1-1"));
}

TEST_F(DeviceLocks, TheFileIsForTheGroupWhateverTheUmask) {
    const auto before = ::umask(0077);
    const auto lock = DeviceLock::take(directory(), "1-1");
    ::umask(before);
    ASSERT_TRUE(lock);
    EXPECT_EQ(fs::status(directory() / "usb-1-1").permissions(), fs::perms(0660));
}

TEST_F(DeviceLocks, ADeviceWhoseHolderSaidNothingIsStillBusy) {
    auto first = DeviceLock::take(directory(), "1-1");
    ASSERT_TRUE(first);
    std::ofstream(directory() / "usb-1-1", std::ios::trunc).flush();
    const auto second = DeviceLock::take(directory(), "1-1");
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().detail, "another process");
}

TEST_F(DeviceLocks, FollowsNoLink) {
    const auto target = tree.root() / "precious";
    std::ofstream(target) << "text";
    fs::create_symlink(target, directory() / "usb-1-1");
    const auto lock = DeviceLock::take(directory(), "1-1");
    ASSERT_FALSE(lock);
    EXPECT_EQ(lock.error().code, Errc::system);
    EXPECT_EQ(fs::file_size(target), 4U);
}

TEST_F(DeviceLocks, AFileOfAnotherUserIsAMatterOfPermission) {
    { ASSERT_TRUE(DeviceLock::take(directory(), "1-1")); }
    fs::permissions(directory() / "usb-1-1", fs::perms::none);
    const test::OrdinaryUser user;
    const auto lock = DeviceLock::take(directory(), "1-1");
    ASSERT_FALSE(lock);
    EXPECT_EQ(lock.error().code, Errc::permission_denied);
}

TEST_F(DeviceLocks, AreInTheSystemsDirectoryWhereThereIsOne) {
    const LockPlaces places{.system = directory(), .xdg_runtime_dir = tree.root(), .root = false};
    EXPECT_EQ(lock_directory(places).value(), directory());
}

TEST_F(DeviceLocks, RootMakesTheSystemsDirectory) {
    const LockPlaces places{.system = tree.root() / "made", .xdg_runtime_dir = {}, .root = true};
    EXPECT_EQ(lock_directory(places).value(), tree.root() / "made");
    EXPECT_EQ(fs::status(tree.root() / "made").permissions() & fs::perms::others_all,
              fs::perms::none);
}

TEST_F(DeviceLocks, AreTheUsersOwnWhereNothingIsInstalled) {
    const LockPlaces places{.system = tree.root() / "none", .xdg_runtime_dir = tree.root()};
    EXPECT_EQ(lock_directory(places).value(), tree.root() / "ledger-bridge");
    EXPECT_FALSE(fs::exists(tree.root() / "none"));
    const LockPlaces nowhere{.system = tree.root() / "none"};
    EXPECT_EQ(lock_directory(nowhere).error().code, Errc::system);
}

TEST_F(DeviceLocks, AreNeverPrivateWhereTheSystemsMayNotBeWritten) {
    fs::permissions(directory(), fs::perms::none);
    const LockPlaces places{.system = directory(), .xdg_runtime_dir = tree.root()};
    {
        const test::OrdinaryUser user;
        EXPECT_EQ(lock_directory(places).error().code, Errc::permission_denied);
    }
    fs::permissions(directory(), fs::perms::owner_all);
    EXPECT_FALSE(fs::exists(tree.root() / "ledger-bridge"));
}

TEST_F(DeviceLocks, AreInNoDirectoryThatAnybodyMayWriteOrThatIsNone) {
    fs::permissions(directory(), fs::perms::all);
    const LockPlaces open_to_all{.system = directory()};
    EXPECT_EQ(lock_directory(open_to_all).error().code, Errc::system);
    std::ofstream(tree.root() / "file") << "";
    const LockPlaces a_file{.system = tree.root() / "file"};
    EXPECT_EQ(lock_directory(a_file).error().code, Errc::system);
}

}  // namespace
}  // namespace ledger_bridge::driver
