// Any text as a file of watermarks of each signer; what is understood survives being written, and
// merges with itself into itself.

#include <algorithm>
#include <string_view>

#include "daemon/floor/interchange.hpp"
#include "daemon/floor/merge.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace ledger_bridge::floor {
namespace {

void check_merge(const Interchange& content) {
    const auto merge = merge_marks({}, {}, content);
    require(merge.added == merge.marks.size(), "everything is new to an empty floor");
    const auto again = merge_marks(merge.marks, merge.adopted, content);
    require(again.marks.empty() && again.adopted.empty(), "the same again changes nothing");
    require(std::all_of(merge.marks.begin(),
                        merge.marks.end(),
                        [](const StoredMark& one) {
                            return one.mark.position.level < apdu::Level::kEnd &&
                                   !one.mark.signature;
                        }),
            "a level is one that the store takes");
}

void parse(std::string_view name, std::string_view text) {
    const auto content = parse_marks_file(name, text, {});
    if (!content) {
        return;
    }
    check_merge(*content);
    auto merge = merge_marks({}, {}, *content);  // old and new names of a kind are one
    const auto written = interchange_text({content->floor, merge.marks, merge.adopted});
    const auto again = parse_marks_file("export.json", written, {});
    require(again && interchange_text(*again) == written, "what is written is read as the same");
}

}  // namespace
}  // namespace ledger_bridge::floor

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(data, data + size);
    for (const auto* name : {"export.json", "block_high_watermarks", "NetXdQprcVkpaWU.json"}) {
        ledger_bridge::floor::parse(name, text);
    }
    return 0;
}
