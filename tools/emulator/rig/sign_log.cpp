#include "tools/emulator/rig/sign_log.hpp"

#include <system_error>

#include <cerrno>
#include <utility>

#include "driver/base/bytes.hpp"
#include "tools/emulator/errors.hpp"

namespace ledger_bridge::emulator {

namespace {

Error not_written(const std::filesystem::path& path) {
    return fail(Errc::sign_log_not_written,
                path.string() + ": " + std::generic_category().message(errno));
}

}  // namespace

void SignLog::Closer::operator()(std::FILE* file) const {
    static_cast<void>(std::fclose(file));  // every line was flushed, and looked at
}

SignLog::SignLog(std::filesystem::path path, File file)
    : path_(std::move(path)), file_(std::move(file)) {}

Result<SignLog> SignLog::open(const std::filesystem::path& path) {
    File file(std::fopen(path.c_str(), "ae"));
    if (!file) {
        return not_written(path);
    }
    return SignLog(path, std::move(file));
}

Result<void> SignLog::add(const MadeSignature& made) {
    const auto line = to_hex(made.message) + " " + to_hex(made.signature) + "\n";
    if (std::fputs(line.c_str(), file_.get()) < 0 || std::fflush(file_.get()) != 0) {
        return not_written(path_);
    }
    return {};
}

}  // namespace ledger_bridge::emulator
