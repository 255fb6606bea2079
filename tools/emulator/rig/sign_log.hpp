// Every signature that the device makes, in a file: what was signed is known even when its answer
// never left.
#pragma once

#include <cstdio>
#include <filesystem>
#include <memory>

#include "driver/base/result.hpp"
#include "tools/emulator/app/outcome.hpp"

namespace ledger_bridge::emulator {

// One line each: message and signature in hexadecimal, a space between. Lines are added to those of
// earlier runs.
class SignLog {
public:
    // Errors: sign_log_not_written.
    static Result<SignLog> open(const std::filesystem::path& path);

    // The line is with the kernel when this returns, so the end of the process does not lose it.
    // Errors: sign_log_not_written.
    Result<void> add(const MadeSignature& made);

private:
    struct Closer {
        void operator()(std::FILE* file) const;
    };
    using File = std::unique_ptr<std::FILE, Closer>;

    SignLog(std::filesystem::path path, File file);

    std::filesystem::path path_;
    File file_;
};

}  // namespace ledger_bridge::emulator
