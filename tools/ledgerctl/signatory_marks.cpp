#include <system_error>

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "daemon/floor/errors.hpp"
#include "tools/ledgerctl/foreign_files.hpp"
#include "tools/ledgerctl/signatory_parts.hpp"

namespace ledger_bridge::tools::signatory {

namespace {

namespace fs = std::filesystem;
using Paths = std::vector<fs::path>;

constexpr auto* kDefaultBase = "/var/lib/signatory";
// The newest first; the older ones stay there after an update.
constexpr std::array kFolders{"watermark_v2", "watermark_v1", "watermark"};

// <chain>.json, each chain's; anything else that ends so is found out when it is read.
Result<Paths> files_in(const fs::path& folder) {
    std::error_code error;
    Paths files;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
         entry.increment(error)) {
        if (entry->path().extension() == ".json") {
            files.push_back(entry->path());
        }
    }
    if (error) {
        return fail(floor::Errc::file_unusable, folder.string() + ": " + error.message());
    }
    std::sort(files.begin(), files.end());
    return files;
}

Result<Paths> files_of(const fs::path& base) {
    Paths all;
    for (const auto* folder : kFolders) {
        const auto files = absent(base / folder) ? Result<Paths>(Paths()) : files_in(base / folder);
        if (!files) {
            return files.error();
        }
        all.insert(all.end(), files->begin(), files->end());
    }
    return all;
}

// What the driver of its watermarks means for us; empty: files.
std::string without_files(const std::string& driver) {
    constexpr auto* kRaise = "give setup-ledger a level above all that it signed";
    if (driver.empty() || driver == "file") {
        return {};
    }
    return driver == "mem"
               ? fmt::format("none: it kept them in its memory alone; {}", kRaise)
               : fmt::format("none taken: it kept them in '{}', which is not readable here; {}",
                             driver,
                             kRaise);
}

}  // namespace

Result<void> read_marks(Section& root,
                        const std::optional<fs::path>& given,
                        ForeignSigner& signer) {
    const auto base_text = root.text("base_dir");
    const fs::path base = base_text.empty() ? kDefaultBase : base_text;
    const auto none = without_files(root.section("watermark").text("driver"));
    if (!given && !none.empty()) {
        signer.no_marks = none;
        return {};
    }
    if (!given && (base.is_relative() || absent(base))) {
        root.refuse("base_dir",
                    fmt::format("'{}' is not there; name the folder of its watermarks behind the "
                                "configuration",
                                base.string()));
        return {};
    }
    const auto paths = given ? files_in(*given) : files_of(base);
    auto files = paths ? read_marks_files(*paths) : paths.error();
    if (!files) {
        return files.error();
    }
    signer.marks = *std::move(files);
    if (given && signer.marks.empty()) {
        return fail(floor::Errc::file_unusable, given->string() + ": it has no <chain>.json");
    }
    return {};
}

}  // namespace ledger_bridge::tools::signatory
